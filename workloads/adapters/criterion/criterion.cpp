// SPDX-License-Identifier: Apache-2.0
// Of Criterion's command line only what its versions 0.3 to 0.5 share is used, and what a listing tells
// apart. Tests run a stand-in that speaks it (tests/cli/stand_in_criterion.py), and a real program where one
// is named.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "workloads/adapters/child.h"
#include "workloads/adapters/foreign.h"

namespace assay::adapters {

namespace {

constexpr std::string_view family = "criterion.";

class CriterionHandler : public ForeignHandler {
 public:
  explicit CriterionHandler(Foreign foreign) : ForeignHandler(std::move(foreign)) {}

  protocol::Measured measure(const protocol::MeasureRequest& request) override {
    const std::string name = prepared().value.workload.substr(family.size());
    const std::string home = temporary("criterion");
    std::filesystem::remove_all(home);
    setenv("CRITERION_HOME", home.c_str(), 1);  // the user's own results stay as they are
    auto words = foreign().words;
    words.insert(words.end(), {"--bench", "--noplot"});
    if (request.time_ns > 0) {
      double all_s = static_cast<double>(request.time_ns) * 1e-9;
      if (list().whole_seconds) all_s = std::max(1.0, std::round(all_s));
      for (const char* option : {"--measurement-time", "--warm-up-time"}) {
        if (!is_given(foreign().words, option)) words.insert(words.end(), {option, shortest(all_s)});
      }
    }
    words.push_back(exactly(name));
    protocol::Measured measured;
    measured.origin_ns = now_ns();
    run_program(words);
    bool found = false;
    if (std::filesystem::is_directory(home)) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(home)) {
        const auto folder = entry.path().parent_path();
        if (entry.path().filename() != "sample.json" || folder.filename() != "new") continue;
        const auto result = read_criterion(read_file((folder / "benchmark.json").string()),
                                           read_file(entry.path().string()), "what Criterion wrote, new");
        if (result.name != name || result.call_ns.empty()) continue;
        fill(measured, result);
        found = true;
      }
      std::filesystem::remove_all(home);
    }
    if (!found)
      throw Error(ErrorCode::worker, "it measured no '" + printable(name, 200) + "'",
                  "run it by itself with --bench and that name");
    return measured;
  }

 private:
  struct Listed {
    std::vector<std::string> names;
    bool whole_seconds = false;  ///< before 0.5: it takes no others, and lists in other words
  };

  Listed list() const {
    const std::string file = temporary("criterion.list");
    auto words = foreign().words;
    words.insert(words.end(), {"--bench", "--list"});
    run_program(words, file);
    Listed listed;
    std::istringstream lines(read_file(file));
    constexpr std::string_view end = ": benchmark";
    constexpr std::string_view old_end = ": bench";
    for (std::string line; std::getline(lines, line);) {
      for (const auto& ending : {end, old_end}) {
        if (line.size() <= ending.size() || !line.ends_with(ending)) continue;
        listed.names.push_back(line.substr(0, line.size() - ending.size()));
        listed.whole_seconds = ending == old_end;
        break;
      }
    }
    return listed;
  }

  std::vector<protocol::WorkloadOffer> offers(const std::string& workload) override {
    const auto offer = [](const std::string& name) {
      return tool_offer(name, "iterations", "a Criterion program's own");
    };
    if (workload.starts_with(family)) return {offer(workload)};
    if (!workload.empty()) return {};
    std::vector<protocol::WorkloadOffer> all;
    for (const auto& name : list().names) all.push_back(offer(std::string(family) + name));
    if (all.empty())
      throw Error(ErrorCode::unavailable, "'" + printable(foreign().words[0], 200) + "' lists no benchmark",
                  "see it with --bench --list; is a filter given that matches nothing?");
    return all;
  }

  std::vector<protocol::CollectorOffer> collectors() const override { return {}; }
};

}  // namespace

std::unique_ptr<protocol::Handler> criterion_handler(Foreign foreign) {
  return std::make_unique<CriterionHandler>(std::move(foreign));
}

}  // namespace assay::adapters

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/exchange/tool_result.h"
#include "workloads/adapters/child.h"
#include "workloads/adapters/foreign.h"

namespace assay::adapters {

namespace {

constexpr std::string_view family = "google_benchmark.";

class GoogleBenchmarkHandler : public ForeignHandler {
 public:
  explicit GoogleBenchmarkHandler(Foreign foreign) : ForeignHandler(std::move(foreign)) {}

  protocol::Measured measure(const protocol::MeasureRequest& request) override {
    const std::string name = prepared().value.workload.substr(family.size());
    const std::string file = temporary("google_benchmark.json");
    std::vector<std::string> words = foreign().words;
    words.insert(words.end(), {"--benchmark_filter=" + exactly(name), "--benchmark_out=" + file,
                               "--benchmark_out_format=json",
                               "--benchmark_repetitions=" + std::to_string(request.samples)});
    if (request.time_ns > 0 && !is_given(words, "--benchmark_min_time")) {
      const double each_s =
          static_cast<double>(request.time_ns) * 1e-9 / static_cast<double>(request.samples);
      words.push_back("--benchmark_min_time=" + shortest(each_s));  // versions before 1.8 know no unit
    }
    protocol::Measured measured;
    measured.origin_ns = now_ns();
    run_program(words);
    const auto results = read_google_benchmark(read_file(file), "what " + foreign().words[0] + " wrote");
    std::filesystem::remove(file);
    const auto found = std::find_if(results.begin(), results.end(),
                                    [&](const ToolResult& result) { return result.name == name; });
    if (found == results.end())
      throw Error(ErrorCode::worker,
                  "it ran no '" + printable(name, 200) + "', or reports its aggregates alone",
                  "run it by itself with --benchmark_filter; take ReportAggregatesOnly out of its source");
    if (!found->error.empty())
      throw Error(ErrorCode::unavailable, "its own word: " + printable(found->error, 500));
    fill(measured, *found);
    return measured;
  }

 private:
  std::vector<protocol::WorkloadOffer> offers(const std::string& workload) override {
    const auto offer = [](const std::string& name) {
      return tool_offer(name, "iterations", "a Google Benchmark program's own");
    };
    if (workload.starts_with(family)) return {offer(workload)};
    if (!workload.empty()) return {};
    const std::string file = temporary("google_benchmark.list");
    auto words = foreign().words;
    words.emplace_back("--benchmark_list_tests");
    run_program(words, file);
    std::vector<protocol::WorkloadOffer> all;
    std::istringstream lines(read_file(file));
    std::filesystem::remove(file);
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) all.push_back(offer(std::string(family) + line));
    }
    if (all.empty())
      throw Error(ErrorCode::unavailable, "'" + printable(foreign().words[0], 200) + "' lists no benchmark",
                  "see it with --benchmark_list_tests; is a filter given that matches nothing?");
    return all;
  }

  /// Counters are the user's: any of this source is taken.
  std::vector<protocol::CollectorOffer> collectors() const override {
    return {{"google_benchmark",
             {},
             {{"google_benchmark.cpu_time", "ns", Better::lower,
               "CPU time of an iteration, as the tool has it", Over::mean}}}};
  }
};

}  // namespace

std::unique_ptr<protocol::Handler> google_benchmark_handler(Foreign foreign) {
  return std::make_unique<GoogleBenchmarkHandler>(std::move(foreign));
}

}  // namespace assay::adapters

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "workloads/adapters/child.h"
#include "workloads/adapters/foreign.h"

namespace assay::adapters {

namespace {

constexpr std::string_view family = "pytest_benchmark.";
constexpr double most_rounds = 1000;

/// What pytest's command line cannot say: which tests use the fixture, and to run exactly one of them,
/// whatever its id holds. It also keeps why that one has no result, which pytest prints among other things.
constexpr const char* plugin = R"(import os

ONLY = os.environ.get("ASSAY_PYTEST_ONLY")


def note(name, text):
    with open(os.environ[name], "a", encoding="utf-8") as out:
        out.write(text + "\n")


def pytest_collection_modifyitems(session, config, items):
    items[:] = [item for item in items if "benchmark" in getattr(item, "fixturenames", ())]
    if ONLY is not None:
        items[:] = [item for item in items if item.nodeid == ONLY]


def pytest_collection_finish(session):
    if ONLY is None:
        for item in session.items:
            note("ASSAY_PYTEST_LIST", item.nodeid)


def pytest_runtest_logreport(report):
    if report.failed or report.skipped:
        reason = report.longrepr
        crash = getattr(reason, "reprcrash", None)
        text = crash.message if crash else reason[2] if isinstance(reason, tuple) else str(reason)
        note("ASSAY_PYTEST_REASON", ("failed: " if report.failed else "") + text)
)";

class PytestBenchmarkHandler : public ForeignHandler {
 public:
  explicit PytestBenchmarkHandler(Foreign foreign) : ForeignHandler(std::move(foreign)) {}

  protocol::Measured measure(const protocol::MeasureRequest& request) override {
    const std::string name = prepared().value.workload.substr(family.size());
    const std::string file = temporary("pytest_benchmark.json");
    const std::string reason = temporary("pytest_benchmark.reason");
    auto words = plugged();
    words.insert(words.end(), {"--benchmark-only", "--benchmark-json=" + file});
    if (request.time_ns > 0) {
      const double most_s = static_cast<double>(request.time_ns) * 1e-9;
      if (!is_given(foreign().words, "--benchmark-max-time"))
        words.push_back("--benchmark-max-time=" + shortest(most_s));
      if (!is_given(foreign().words, "--benchmark-min-time"))  // of a round
        words.push_back("--benchmark-min-time=" + shortest(most_s / most_rounds));
    }
    setenv("ASSAY_PYTEST_ONLY", name.c_str(), 1);
    setenv("ASSAY_PYTEST_REASON", reason.c_str(), 1);
    std::filesystem::remove(reason);
    protocol::Measured measured;
    measured.origin_ns = now_ns();
    try {
      run_program(words);
    } catch (const Error&) {
      const std::string own = read_file(reason);
      if (own.empty()) throw;
      throw Error(ErrorCode::worker, "its own word: " + printable(own, 500), "run it by itself with pytest");
    }
    if (const std::string own = read_file(reason); !own.empty())
      throw Error(ErrorCode::unavailable, "its own word: " + printable(own, 500));
    const auto results = read_pytest_benchmark(read_file(file), "what pytest-benchmark wrote");
    std::filesystem::remove(file);
    const auto found = std::find_if(results.begin(), results.end(),
                                    [&](const ToolResult& result) { return result.name == name; });
    if (found == results.end() || found->call_ns.empty())
      throw Error(ErrorCode::worker, "it measured no '" + printable(name, 200) + "'",
                  "does the test call its fixture `benchmark`? run it by itself with --benchmark-only");
    fill(measured, *found);
    return measured;
  }

 private:
  /// The user's words, with the plugin, whose file is written.
  std::vector<std::string> plugged() const {
    std::ofstream out(temporary("assay_pytest_plugin.py"));
    out << plugin;
    out.close();
    if (!out) throw Error(ErrorCode::io, "cannot write a plugin of pytest", "is the disk full?");
    std::string path = std::filesystem::path(temporary("x")).parent_path().string();
    const char* before = std::getenv("PYTHONPATH");
    if (before != nullptr && !std::string_view(before).starts_with(path)) path += ":" + std::string(before);
    setenv("PYTHONPATH", path.c_str(), 1);
    auto words = foreign().words;
    words.insert(words.end(), {"-p", "assay_pytest_plugin"});
    return words;
  }

  std::vector<protocol::WorkloadOffer> offers(const std::string& workload) override {
    const auto offer = [](const std::string& name) {
      return tool_offer(name, "calls", "a test's own, with pytest-benchmark");
    };
    if (workload.starts_with(family)) return {offer(workload)};
    if (!workload.empty()) return {};
    const std::string file = temporary("pytest_benchmark.list");
    std::filesystem::remove(file);
    setenv("ASSAY_PYTEST_LIST", file.c_str(), 1);
    auto words = plugged();
    words.insert(words.end(),
                 {"--collect-only", "--benchmark-only"});  // refused where the plugin is not there
    std::string why;
    try {
      run_program(words, temporary("pytest_benchmark.out"));
    } catch (const Error& error) {
      why = std::string(error.what()) + "; ";
    }
    std::vector<protocol::WorkloadOffer> all;
    std::istringstream lines(read_file(file));
    for (std::string line; std::getline(lines, line);) all.push_back(offer(std::string(family) + line));
    if (all.empty() || !why.empty())
      throw Error(
          ErrorCode::unavailable,
          why + "it collects " + (all.empty() ? "no test that uses the fixture `benchmark`" : "not all"),
          "see it with --collect-only --benchmark-only; is pytest-benchmark installed for this Python?");
    return all;
  }

  std::vector<protocol::CollectorOffer> collectors() const override { return {}; }
};

}  // namespace

std::unique_ptr<protocol::Handler> pytest_benchmark_handler(Foreign foreign) {
  return std::make_unique<PytestBenchmarkHandler>(std::move(foreign));
}

}  // namespace assay::adapters

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/run_settings.h"
#include "harness/cli/table.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/protocol/check.h"
#include "harness/run/machine.h"
#include "harness/run/topology.h"
#include "harness/run/worker.h"

namespace assay::cli {

namespace {

/// Which implementation is being tried; off a terminal a line about every ten seconds.
class CheckProgress {
 public:
  explicit CheckProgress(const Terminal& terminal) : terminal_(terminal) {}
  ~CheckProgress() { terminal_.clear_status(); }
  CheckProgress(const CheckProgress&) = delete;
  CheckProgress& operator=(const CheckProgress&) = delete;

  void at(std::size_t done, std::size_t all, const std::string& name) {
    const auto now = std::chrono::steady_clock::now();
    if (done == 0) began_ = told_ = now;
    const std::chrono::duration<double> spent = now - began_;
    const double left_s =
        done == 0 ? 0 : spent.count() / static_cast<double>(done) * static_cast<double>(all - done);
    terminal_.status(fmt::format("[{:>3}/{}] ETA {}  {}", done + 1, all, done == 0 ? "?" : clock_time(left_s),
                                 printable(name, 120)));
    if (terminal_.error_is_terminal() || done == 0 || now - told_ < std::chrono::seconds(10)) return;
    terminal_.note(
        fmt::format("{} of {} implementations tried, about {} left", done, all, clock_time(left_s)));
    told_ = now;
  }

 private:
  const Terminal& terminal_;
  std::chrono::steady_clock::time_point began_, told_;
};

int check(const std::vector<std::string>& words, const Context& context) {
  const run::WorkerSpec spec =
      worker_spec(words.size() == 1 ? words.front() : join_command(words), context.settings);
  protocol::CheckOptions options;
  options.page = protocol_page();
  options.cpus = {run::read_topology().cpus.front()};
  const run::ScratchDirectory scratch;  // as for a launch: where results that are files belong
  const run::LaunchLimits limits = launch_limits(context.settings);
  if (spec.ssh) options.cpus = {run::describe(spec, limits).machine->topology.cpus.front()};
  std::vector<protocol::CheckResult> results;
  {
    CheckProgress progress(context.terminal);
    options.progress = [&](std::size_t done, std::size_t all, const std::string& name) {
      progress.at(done, all, name);
    };
    results = protocol::check_worker(
        [&] { return run::start_worker(spec, spec.command, scratch.path(), limits); }, options);
  }
  Table table({{"status", false, always}, {"rule", false, always}, {"seen", false, 7}, {"remedy", false, 6}});
  for (const auto& row : results) table.add({row.passed ? "ok" : "FAIL", row.name, row.detail, row.remedy});
  context.terminal.out(context.json ? table.json("rules") : table.text(context.terminal.width()));
  const auto failed =
      std::count_if(results.begin(), results.end(), [](const auto& row) { return !row.passed; });
  if (!context.json) {
    context.terminal.out(fmt::format("{} of {} rules kept; they are explained in {}\n",
                                     results.size() - static_cast<std::size_t>(failed), results.size(),
                                     options.page));
  }
  return failed > 0 || results.empty() ? exit_no_result : exit_fine;
}

}  // namespace

CommandSpec worker_command() {
  return {"worker", "put a worker through the rules of the protocol",
          "assay worker check python3 my_worker.py", [](Arguments arguments) {
            auto words = std::make_shared<std::vector<std::string>>();
            arguments
                .command("check", "start COMMAND and try every rule of the protocol",
                         "assay worker check python3 my_worker.py")
                .add("command", *words, "the worker's command line: ./my_worker --its-own-flags")
                .required();
            return [words](Context& context) { return check(*words, context); };
          }};
}

}  // namespace assay::cli

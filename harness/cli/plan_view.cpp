// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/plan_view.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/cli/format.h"
#include "harness/cli/table.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/store/store.h"

namespace assay::cli {

namespace {

/// Seconds that a launch of each case took when it was last measured into this database, by canonical text.
std::map<std::string, double> known_launch_seconds(const Context& context) {
  std::map<std::string, double> seconds;
  std::error_code ignored;
  const std::string path = context.settings.database();
  if (!std::filesystem::exists(path, ignored)) return seconds;
  const Store store = Store::open(path, Store::Mode::read_only);
  const auto runs = store.list_runs();
  if (runs.empty()) return seconds;
  const Run run = store.load_run(runs.front().id);
  std::map<std::int64_t, std::pair<double, int>> sums;
  for (const auto& summary : store.load_summaries(run.id)) {
    if (summary.launch.spans.empty()) continue;
    sums[summary.launch.case_ordinal].first += static_cast<double>(summary.launch.spans.back().end_ns) * 1e-9;
    ++sums[summary.launch.case_ordinal].second;
  }
  for (const auto& planned : run.plan) {
    const auto found = sums.find(planned.ordinal);
    if (found != sums.end()) seconds[to_string(planned.value)] = found->second.first / found->second.second;
  }
  return seconds;
}

constexpr double fixed_bytes_per_launch = 3000;  // rows of launch, readings and spans
constexpr double bytes_per_sample = 4;  // the store's goal; samples of a launch are bounded by its time

}  // namespace

std::string describe_plan(const run::Execution& execution, const run::Plan& plan, const Context& context) {
  const auto known = known_launch_seconds(context);
  const double guess_s = execution.limits.stopping.max_time_ns * 1e-9 + execution.limits.warmup_s / 2 + 0.5;
  nlohmann::ordered_json planned_json = nlohmann::ordered_json::array();
  Table table({{"case", false, 9}, {"worker", false, 1}, {"launches", true, 5}, {"about", true, 4}});
  double total_s = 0;
  double launches = 0;
  std::size_t guessed = 0;
  for (const auto& planned : plan.cases) {
    const auto found = known.find(to_string(planned.value));
    const double each_s = found != known.end() ? found->second : guess_s;
    guessed += found == known.end() ? 1 : 0;
    const double case_s = each_s * planned.launches;
    total_s += case_s;
    launches += planned.launches;
    table.add(
        {to_string(planned.value), planned.worker, std::to_string(planned.launches), duration(case_s * 1e9)});
    planned_json.push_back({{"case", to_string(planned.value)},
                            {"worker", planned.worker},
                            {"launches", planned.launches},
                            {"seconds", case_s},
                            {"measured_before", found != known.end()}});
  }
  const double samples = std::min(launches * 2000, launches * execution.limits.stopping.max_time_ns / 2000);
  const double disk_bytes = launches * fixed_bytes_per_launch + samples * bytes_per_sample;
  if (context.json) {
    nlohmann::ordered_json refused_json = nlohmann::ordered_json::array();
    for (const auto& refused : plan.refused) {
      refused_json.push_back({{"case", to_string(refused.value)},
                              {"reason", refused.probe.reason},
                              {"remedy", refused.probe.remedy}});
    }
    const nlohmann::ordered_json document{{"schema_version", 1},
                                          {"command", "run --dry-run"},
                                          {"plan", planned_json},
                                          {"refused", refused_json},
                                          {"seconds", total_s},
                                          {"bytes", disk_bytes},
                                          {"database", context.settings.database()}};
    return document.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
  }
  std::string text = table.text(context.terminal.width());
  for (const auto& refused : plan.refused) {
    text += fmt::format("not here: {}: {}\n", to_string(refused.value), printable(refused.probe.reason));
  }
  text += fmt::format("{} cases, {:g} launches, at most about {}{}; about {} in {}\n", plan.cases.size(),
                      launches, clock_time(total_s),
                      guessed == plan.cases.size() ? " (from the settings alone)"
                      : guessed > 0 ? fmt::format(" ({} cases not measured here before)", guessed)
                                    : " (from the last run)",
                      bytes(disk_bytes), context.settings.database());
  const double budget_s = execution.run.settings.budget_s;
  if (budget_s > 0 && budget_s < total_s) {
    text +=
        fmt::format("the budget of {} ends it earlier; what is left is marked skipped and can be resumed\n",
                    clock_time(budget_s));
  }
  return text;
}

}  // namespace assay::cli

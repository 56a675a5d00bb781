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
#include "harness/measure/repeats.h"
#include "harness/run/launcher.h"
#include "harness/store/maintenance.h"

namespace assay::cli {

namespace {

/// Seconds of a case's launches. The first take more samples than those after them (measure/repeats.h).
class LaunchSeconds {
 public:
  void add(int index, double seconds) {
    auto& [sum, count] = is_first(index) ? first_ : later_;
    sum += seconds;
    ++count;
  }
  double of(int launches) const {
    double seconds = 0;
    for (int index = 0; index < launches; ++index) {
      const auto& [sum, count] =
          (is_first(index) || later_.second == 0) && first_.second > 0 ? first_ : later_;
      seconds += sum / count;
    }
    return seconds;
  }

 private:
  static bool is_first(int index) { return index < static_cast<int>(measure::launches_before_repeats); }
  std::pair<double, int> first_;
  std::pair<double, int> later_;
};

/// What the database's last run says about this plan.
struct Experience {
  std::map<std::string, LaunchSeconds> launch_seconds;  ///< by canonical text
  double samples_per_launch = 2000;                     ///< a guess until something was measured
  double disk_bytes = 0;
};

/// The launches of each case in the newest run, and samples of a launch over all of it.
void learn(Experience& experience, const Store& store) {
  const auto runs = store.list_runs();
  if (runs.empty()) return;
  const Run run = store.load_run(runs.front().id);
  std::map<std::int64_t, std::string> names;
  for (const auto& planned : run.plan) names[planned.ordinal] = to_string(planned.value);
  for (const auto& launch : store.load_launches(run.id, false)) {
    if (launch.lane != "timing" || launch.spans.empty()) continue;
    const double seconds = static_cast<double>(launch.spans.back().end_ns) * 1e-9;
    experience.launch_seconds[names[launch.case_ordinal]].add(launch.index, seconds);
  }
  const StoreStats all = store_stats(store);
  if (all.launches > 0) {
    experience.samples_per_launch = static_cast<double>(all.samples) / static_cast<double>(all.launches);
  }
}

Experience look_back(const Context& context, double launches) {
  Experience experience;
  std::error_code ignored;
  const std::string path = context.settings.database();
  if (!std::filesystem::exists(path, ignored)) {
    experience.disk_bytes = estimate_bytes(launches, launches * experience.samples_per_launch);
    return experience;
  }
  const Store store = Store::open(path, Store::Mode::read_only);
  learn(experience, store);
  experience.disk_bytes = estimate_bytes(store, launches, launches * experience.samples_per_launch);
  return experience;
}

}  // namespace

std::string describe_plan(const run::Execution& execution, const run::Plan& plan, const Context& context) {
  double launches = 0;
  for (const auto& planned : plan.cases) launches += planned.launches;
  const Experience experience = look_back(context, launches);
  const auto& known = experience.launch_seconds;
  const double guess_s = execution.limits.stopping.max_time_ns * 1e-9 + execution.limits.warmup_s / 2 + 0.5;
  nlohmann::ordered_json planned_json = nlohmann::ordered_json::array();
  Table table({{"case", false, always}, {"worker", false, 1}, {"launches", true, 5}, {"about", true, 4}});
  double total_s = 0;
  std::size_t guessed = 0;
  for (const auto& planned : plan.cases) {
    const auto found = known.find(to_string(planned.value));
    guessed += found == known.end() ? 1 : 0;
    const double case_s =
        found != known.end() ? found->second.of(planned.launches) : guess_s * planned.launches;
    total_s += case_s;
    table.add(
        {to_string(planned.value), planned.worker, std::to_string(planned.launches), duration(case_s * 1e9)});
    planned_json.push_back({{"case", to_string(planned.value)},
                            {"worker", planned.worker},
                            {"launches", planned.launches},
                            {"seconds", case_s},
                            {"measured_before", found != known.end()}});
  }
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
                                          {"bytes", experience.disk_bytes},
                                          {"database", context.settings.database()}};
    return document.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
  }
  std::string text = table.text(context.terminal.width());
  for (const auto& refused : plan.refused) {
    text += fmt::format("not here: {}: {}\n", to_string(refused.value), printable(refused.probe.reason));
  }
  int exact = 0;
  for (const auto& [collector, around] : execution.around) {
    for (const auto& planned : plan.cases) exact += run::counts(collector, execution, planned) ? 1 : 0;
  }
  const std::string beside =
      exact > 0 ? fmt::format(" and {} of the exact lane (each takes some 20 to 100 times as long as a call)",
                              exact)
                : "";
  text += fmt::format("{} cases, {:g} launches{}, at most about {}{}; about {} in {}\n", plan.cases.size(),
                      launches, beside, clock_time(total_s),
                      guessed == plan.cases.size() ? " (from the settings alone)"
                      : guessed > 0 ? fmt::format(" ({} cases not measured here before)", guessed)
                                    : " (from the last run)",
                      bytes(experience.disk_bytes), context.settings.database());
  const double budget_s = execution.run.settings.budget_s;
  if (budget_s > 0 && budget_s < total_s) {
    text +=
        fmt::format("the budget of {} ends it earlier; what is left is marked skipped and can be resumed\n",
                    clock_time(budget_s));
  }
  return text;
}

}  // namespace assay::cli

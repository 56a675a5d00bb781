// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/calibration_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/cli/answer.h"
#include "harness/cli/format.h"
#include "harness/cli/table.h"
#include "harness/judge/calibration.h"
#include "harness/judge/policy.h"
#include "harness/judge/sessions.h"

namespace assay::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Two sessions can be as good as no knowledge of what sessions differ by.
std::string share_text(const std::optional<double>& share) {
  return !share ? "-" : *share > useless_margin ? "unknown" : percent(*share);
}

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

/// Those of the run that calibrated last.
std::vector<Calibration> newest_run(const std::vector<Calibration>& known) {
  std::vector<Calibration> newest;
  const auto last = std::max_element(known.begin(), known.end(),
                                     [](const auto& a, const auto& b) { return a.at_utc_ms < b.at_utc_ms; });
  std::copy_if(known.begin(), known.end(), std::back_inserter(newest),
               [&](const Calibration& one) { return one.run == last->run; });
  return newest;
}

/// Between two sessions, for a verdict by itself.
std::optional<double> margin_of(const Calibration& one) {
  return session_margin(one, SuiteRule{}.case_error);
}

}  // namespace

std::string calibration_text(const std::vector<Calibration>& known, std::size_t width) {
  if (known.empty()) return "";
  Table table({{"case", false, always},
               {"sessions", true, 3},
               {"pairs", true, 2},
               {"shown from", true, always},
               {"two sessions", true, 6},
               {"alarms", true, 5},
               {"measured", false, 4}});
  for (const Calibration& one : known) {
    table.add({one.case_key, std::to_string(one.sessions), std::to_string(one.pairs),
               share_text(one.detectable), share_text(margin_of(one)),
               fmt::format("{} of {}", one.alarms, one.comparisons), to_string(day_of(one.at_utc_ms))});
  }
  const std::vector<Calibration> newest = newest_run(known);
  const SuiteCalibration suite = suite_calibration(newest);
  std::string text = table.text(width);
  text += fmt::format(
      "shown from: the smallest change that a gate of {} shows in 80 % of trials within {} launches a side; "
      "two sessions: what their ratio may differ by where nothing changed (more sessions say it sharper).\n",
      suite.cases == 1 ? "this case" : fmt::format("these {} cases", suite.cases), newest.front().most_pairs);
  text += fmt::format("Run {}: {} of {} comparisons of equal sides alarmed", newest.front().run.substr(0, 8),
                      suite.alarms, suite.comparisons);
  if (suite.alarm_bound) text += fmt::format(" (at 95 % at most {})", percent(*suite.alarm_bound));
  text += fmt::format(", in {} of {} sessions", suite.alarmed_sessions, suite.sessions);
  if (suite.alarmed_session_bound)
    text += fmt::format(" (at most {})", percent(*suite.alarmed_session_bound));
  if (suite.worst_detectable)
    text += fmt::format(". A change of {} is shown in every case", percent(*suite.worst_detectable));
  return text + ".\n";
}

std::string calibration_json(const std::vector<Calibration>& known, const std::string& host_class_id) {
  Json cases = Json::array();
  for (const Calibration& one : known) {
    cases.push_back({{"case", one.case_key},
                     {"metric", one.metric},
                     {"run", one.run},
                     {"at_utc_ms", one.at_utc_ms},
                     {"judge", one.judge},
                     {"cases", one.cases},
                     {"most_launches", one.most_pairs},
                     {"sessions", one.sessions},
                     {"pairs", one.pairs},
                     {"comparisons", one.comparisons},
                     {"alarms", one.alarms},
                     {"alarm_bound", number(alarm_bound(one.alarms, one.comparisons))},
                     {"session_spread", number(one.session_spread)},
                     {"session_margin", number(margin_of(one))},
                     {"detectable", number(one.detectable)}});
  }
  Json fields{{"host_class", host_class_id}, {"suite", nullptr}, {"calibrations", cases}};
  if (!known.empty()) {
    const std::vector<Calibration> newest = newest_run(known);
    const SuiteCalibration suite = suite_calibration(newest);
    fields["suite"] = {{"run", newest.front().run},
                       {"cases", suite.cases},
                       {"sessions", suite.sessions},
                       {"comparisons", suite.comparisons},
                       {"alarms", suite.alarms},
                       {"alarm_bound", number(suite.alarm_bound)},
                       {"alarmed_sessions", suite.alarmed_sessions},
                       {"alarmed_session_bound", number(suite.alarmed_session_bound)},
                       {"median_detectable", number(suite.median_detectable)},
                       {"worst_detectable", number(suite.worst_detectable)},
                       {"worst_session_spread", number(suite.worst_spread)}};
  }
  return json_answer("calibrate", fields);
}

}  // namespace assay::cli

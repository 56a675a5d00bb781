// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/calibrations.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/answers/calibration.h"
#include "harness/cli/format.h"
#include "harness/core/error.h"
#include "harness/core/run.h"
#include "harness/core/text.h"
#include "harness/judge/calibration.h"
#include "harness/judge/policy.h"
#include "harness/stats/proportion.h"
#include "harness/store/calibrations.h"

namespace assay::cli {

namespace {

constexpr const char* how = "assay calibrate --suite quick --budget 20m   (or the cases that you gate)";
constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t old_days = 90;

std::string counted(std::size_t number, const char* what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

std::string age_text(std::int64_t days) {
  return days <= 0 ? "today" : days == 1 ? "a day ago" : fmt::format("{} days ago", days);
}

}  // namespace

run::Check calibration_check(const std::vector<Calibration>& known, std::int64_t now_utc_ms) {
  run::Check check{"calibration", run::Level::warn, "", ""};
  if (known.empty()) {
    check.finding =
        "none of this host class: what gates can detect here, and how often they would be wrong, is not "
        "known";
    check.remedy = how;
    return check;
  }
  const SuiteCalibration suite = suite_calibration(known);
  const Policy usual;
  std::int64_t oldest = known.front().at_utc_ms;
  const Calibration* coarsest = &known.front();
  const auto shown = [](const Calibration& one) { return one.detectable.value_or(2); };  // not even 100 %
  for (const Calibration& one : known) {
    oldest = std::min(oldest, one.at_utc_ms);
    if (shown(one) > shown(*coarsest)) coarsest = &one;
  }
  const std::int64_t days = (now_utc_ms - oldest) / day_ms;
  check.finding = fmt::format(
      "{}, {}: changes are shown from {} on (the coarsest, {}: {}); {} of {} alarmed",
      counted(known.size(), "case"), age_text(days),
      suite.median_detectable ? percent(*suite.median_detectable) : "?", printable(coarsest->case_key, 60),
      coarsest->detectable ? percent(*coarsest->detectable) : "not even 100 %", suite.alarms,
      counted(static_cast<std::size_t>(suite.comparisons), "comparison"));
  const bool noisy = suite.comparisons > 0 &&
                     stats::clopper_pearson(suite.alarms, suite.comparisons).low > usual.budget.case_error;
  if (noisy) {
    check.remedy = fmt::format(
        "more alarms than the {} of comparisons that are promised: something disturbs one launch of a pair "
        "and "
        "not the other; see the rows that warn, then calibrate again",
        percent(usual.budget.case_error));
  } else if (shown(*coarsest) > usual.effect) {
    check.remedy = fmt::format(
        "a gate's usual effect of {} is finer: give such cases a larger one in assay-gate.toml, or quieten "
        "the "
        "host (the rows that warn) and calibrate again",
        percent(usual.effect));
  } else if (days > old_days) {
    check.remedy = how;
  } else {
    check.level = run::Level::ok;
  }
  return check;
}

run::Check calibration_check(const Settings& settings, const Host& host) {
  try {
    const std::string database = settings.existing_database();
    if (database.empty()) return calibration_check({}, now_utc_ms());
    const Store store = Store::open(database, Store::Mode::read_only);
    return calibration_check(known_calibrations(store, host.class_id()), now_utc_ms());
  } catch (const Error& error) {
    return {"calibration", run::Level::warn, fmt::format("not known: {}", error.what()), error.remedy};
  }
}

}  // namespace assay::cli

// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/calibrations.h"

#include <catch2/catch.hpp>

#include "harness/cli/calibration_view.h"

using namespace assay;
using namespace assay::cli;
using Catch::Matchers::Contains;

namespace {

constexpr std::int64_t day_ms = 86'400'000;

Calibration known(std::optional<double> detectable, int alarms = 0) {
  Calibration one;
  one.case_key = "a.a/x@cpu";
  one.run = "11111111-2222-3333-4444-555555555555";
  one.at_utc_ms = 100 * day_ms;
  one.cases = 1;
  one.most_pairs = 60;
  one.sessions = one.comparisons = 30;
  one.pairs = 540;
  one.alarms = alarms;
  one.session_spread = 0.01;
  one.detectable = detectable;
  return one;
}

run::Check check(const std::vector<Calibration>& all, int days = 0) {
  return calibration_check(all, (100 + days) * day_ms);
}

}  // namespace

TEST_CASE("the doctor says whether a host is calibrated, what it shows, and what to do") {
  const auto none = check({});
  CHECK(none.level == run::Level::warn);
  CHECK_THAT(none.remedy, Contains("assay calibrate"));
  const auto fine = check({known(0.002)}, 3);
  CHECK(fine.level == run::Level::ok);
  CHECK(fine.remedy.empty());
  CHECK_THAT(fine.finding, Contains("1 case, 3 days ago") && Contains("from 0.200 % on") &&
                               Contains("0 of 30 comparisons alarmed"));
  const auto coarse = check({known(0.002), known(0.2)});
  CHECK(coarse.level == run::Level::warn);
  CHECK_THAT(coarse.finding, Contains("20.0 %"));
  CHECK_THAT(coarse.remedy, Contains("assay-gate.toml"));
  CHECK_THAT(check({known(std::nullopt)}).finding, Contains("not even 100 %"));
  CHECK_THAT(check({known(0.002, 5)}).remedy, Contains("more alarms than"));
  const auto old = check({known(0.002)}, 200);
  CHECK(old.level == run::Level::warn);
  CHECK_THAT(old.remedy, Contains("assay calibrate"));
}

TEST_CASE("a calibration is shown as a table and as a document, with bounds") {
  const std::string text = calibration_text({known(0.002, 1)}, 0);
  CHECK_THAT(text, Contains("a.a/x@cpu") && Contains("0.200 %") && Contains("1 of 30"));
  CHECK_THAT(text, Contains("at 95 % at most 14"));
  const std::string json = calibration_json({known(std::nullopt)}, "0123456789ab");
  CHECK_THAT(json, Contains("\"detectable\": null") && Contains("\"host_class\": \"0123456789ab\""));
  CHECK(calibration_text({}, 80).empty());
  CHECK_THAT(calibration_json({}, "x"), Contains("\"suite\": null"));
}

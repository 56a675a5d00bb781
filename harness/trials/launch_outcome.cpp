// SPDX-License-Identifier: Apache-2.0
#include "harness/trials/launch_outcome.h"

#include "harness/answers/calibration.h"
#include "harness/stats/quantile.h"

namespace assay::trials {

namespace {

double seconds_of(const Launch& launch) {
  return launch.spans.empty() ? 0 : static_cast<double>(launch.spans.back().end_ns) * 1e-9;
}

}  // namespace

LaunchOutcome outcome_of(const Launch& launch) {
  LaunchOutcome outcome;
  outcome.took_s = seconds_of(launch);
  if (launch.status != Status::ok) {
    outcome.reason = to_string(launch.status) + (launch.reason.empty() ? "" : ": " + launch.reason);
    return outcome;
  }
  auto calls = call_times_ns(launch.samples, launch.samples.warmup);
  if (calls.empty()) {
    outcome.reason = "it took no steady sample";
    return outcome;
  }
  const double median_ns = stats::median(calls);
  if (median_ns > 0) outcome.value = median_ns;
  if (!outcome.value) outcome.reason = "its calls took no time";
  outcome.cycles = call_cycles(launch);
  if (launch.samples.batch == 1) outcome.requests_ns = std::move(calls);
  return outcome;
}

}  // namespace assay::trials

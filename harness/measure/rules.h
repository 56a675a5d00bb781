// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

/// Rules over samples, as pure functions: the orchestrator applies them, workers never do.
namespace assay::measure {

struct Clock {
  double resolution_ns = 1;  ///< smallest step seen
  double cost_ns = 0;        ///< of one reading
};

/// Calls per sample so that clock and loop overhead stay under 0.5 % of a sample. 1 where one call is long
/// enough.
std::int64_t choose_batch(double call_ns, const Clock& clock);

struct WarmupResult {
  bool steady = false;
  std::size_t discard = 0;  ///< how many leading samples belong to the warm-up, when steady or exhausted
  std::string reason;       ///< why it is not steady yet, or how it was judged
};

/// Tests whether the series (per-call durations, in order) has settled, and where: the rest must show no
/// outlying first value, no drift between its halves, and equal spread (pyperf's test, constants in the
/// source). `exhausted`: the time for warming up is spent, so the best split is returned with a reason and
/// steady = false.
WarmupResult judge_warmup(std::span<const double> call_ns, bool exhausted);

struct StoppingRule {
  double relative_precision = 0.005;  ///< half-width of the median's 95 % interval over the median
  std::size_t min_samples = 20;
  std::size_t max_samples = 1'000'000;
  double min_time_ns = 0;
  double max_time_ns = 2e9;  ///< of measuring, per launch: the rule that always ends it
};

struct StopDecision {
  bool stop = false;
  std::string reason;            ///< "precision", "time", "samples"
  std::size_t next_samples = 0;  ///< how many to ask for next, when not stopped
};

/// `call_ns`: steady per-call durations of this launch so far; `batch`: calls behind each.
StopDecision judge_stop(std::span<const double> call_ns, std::int64_t batch, const StoppingRule& rule);

}  // namespace assay::measure

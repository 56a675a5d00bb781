// SPDX-License-Identifier: Apache-2.0
#include "harness/measure/rules.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "harness/stats/quantile.h"
#include "harness/stats/spread.h"

namespace assay::measure {

namespace {

/// Clock and loop may take this share of a sample.
constexpr double overhead_share = 0.005;

/// A window of steady samples has at least this many (pyperf: 40, in two halves of 20).
constexpr std::size_t window_min = 20;
/// Longer windows are judged whole up to this many samples; more say nothing new about the beginning.
constexpr std::size_t window_max = 400;

// pyperf's constants (pyperf/_worker.py, test_calibrate_warmups), which were made for 20 + 20 values of >=
// 0.1 s.
constexpr double outlier_fence = 1.5;   // first value <= Q3 + 1.5 IQR of the rest
constexpr double mean_fall_max = 0.10;  // the first half may be this much slower,
constexpr double mean_rise_max = 0.50;  // or faster
constexpr double mad_difference_max = 0.10;
constexpr double quartile_difference_max = 0.05;

/// What the test says of one window.
struct Steadiness {
  bool steady = false;
  double drift = std::numeric_limits<double>::infinity();  // |relative difference of the halves' medians|
  const char* why = "";
};

double relative_difference(double a, double b) { return b == 0 ? (a == 0 ? 0 : 1) : a / b - 1; }

Steadiness judge_window(std::span<const double> all) {
  const auto window = all.first(std::min(all.size(), window_max));
  const std::size_t half = window.size() / 2;
  const auto first = window.first(half);
  const auto second = window.subspan(half);
  Steadiness judged;
  // Medians where pyperf takes means: a single preempted sample of a few microseconds moves a mean at will.
  const double middle_first = stats::median(first);
  const double middle_second = stats::median(second);
  const double drift = relative_difference(middle_first, middle_second);
  judged.drift = std::abs(drift);

  const auto rest = window.subspan(1);
  const double q1 = stats::quantile(rest, 0.25);
  const double q3 = stats::quantile(rest, 0.75);
  // Clock steps make the quartiles of short samples equal: allow half a percent beyond.
  const double slack = 0.005 * q3;
  if (window[0] > q3 + outlier_fence * (q3 - q1) + slack) {
    judged.why = "the first sample is still an outlier";
    return judged;
  }
  if (drift > mean_fall_max || drift < -mean_rise_max) {
    judged.why = "the times still drift";
    return judged;
  }
  // Differences of spread are taken relative to the median (pyperf: to the spread itself, which a quiet
  // machine makes so small that any noise fails the test).
  const double mad_difference = std::abs(stats::mad(first) - stats::mad(second)) / middle_second;
  if (mad_difference > mad_difference_max) {
    judged.why = "the spread still changes";
    return judged;
  }
  const double q1_difference =
      relative_difference(stats::quantile(first, 0.25), stats::quantile(second, 0.25));
  const double q3_difference =
      relative_difference(stats::quantile(first, 0.75), stats::quantile(second, 0.75));
  if (std::abs(q1_difference) > quartile_difference_max ||
      std::abs(q3_difference) > quartile_difference_max) {
    judged.why = "the quartiles still move";
    return judged;
  }
  judged.steady = true;
  return judged;
}

/// Candidates for the split: every one of the first few, then about 10 % apart, so that long series stay
/// cheap.
std::vector<std::size_t> candidates(std::size_t size) {
  std::vector<std::size_t> splits;
  for (std::size_t at = 0; at + window_min <= size; at += std::max<std::size_t>(1, at / 10))
    splits.push_back(at);
  return splits;
}

}  // namespace

std::int64_t choose_batch(double call_ns, const Clock& clock) {
  if (!(call_ns > 0) || !std::isfinite(call_ns)) call_ns = 1;
  // One reading lies inside the timed interval, and both ends are uncertain by one step.
  const double overhead_ns = std::max(clock.cost_ns, 0.0) + std::max(clock.resolution_ns, 1.0);
  const double batch = std::ceil(overhead_ns / overhead_share / call_ns);
  return static_cast<std::int64_t>(std::clamp(batch, 1.0, 1e9));
}

WarmupResult judge_warmup(std::span<const double> call_ns, bool exhausted) {
  WarmupResult result;
  if (call_ns.size() < window_min) {
    // Too slow a case for the test: drop the first, which is the one that differs most.
    result.discard = call_ns.size() > 1 ? 1 : 0;
    result.reason = "only " + std::to_string(call_ns.size()) + " of the " + std::to_string(window_min) +
                    " samples that the test of warm-up needs";
    return result;
  }
  Steadiness best;
  std::size_t best_split = 0;
  for (const std::size_t split : candidates(call_ns.size())) {
    const Steadiness judged = judge_window(call_ns.subspan(split));
    if (judged.steady) {
      return {
          true, split,
          split == 0 ? "steady from the first sample" : "steady after " + std::to_string(split) + " samples"};
    }
    if (judged.drift <= best.drift) {
      best = judged;
      best_split = split;
    }
  }
  result.discard = best_split;
  result.reason = exhausted ? std::string("warm-up time is spent and ") + best.why : best.why;
  return result;
}

StopDecision judge_stop(std::span<const double> call_ns, std::int64_t batch, const StoppingRule& rule) {
  const std::size_t n = call_ns.size();
  const double calls = static_cast<double>(std::max<std::int64_t>(batch, 1));
  const double spent_ns = std::accumulate(call_ns.begin(), call_ns.end(), 0.0) * calls;
  if (n > 0 && spent_ns >= rule.max_time_ns) return {true, "time", 0};
  if (n >= std::max<std::size_t>(rule.max_samples, 1)) return {true, "samples", 0};

  const std::size_t wanted_min =
      std::clamp<std::size_t>(rule.min_samples, 1, std::max<std::size_t>(rule.max_samples, 1));
  double wanted = static_cast<double>(std::max(wanted_min, n * 2));
  if (n > 0) {
    std::vector<double> sorted(call_ns.begin(), call_ns.end());
    std::sort(sorted.begin(), sorted.end());
    const double middle = stats::quantile_sorted(sorted, 0.5);
    const auto interval = stats::quantile_interval(sorted, 0.5);
    if (interval && middle > 0) {
      const double precision = (interval->high - interval->low) / 2 / middle;
      if (n >= wanted_min && spent_ns >= rule.min_time_ns && precision <= rule.relative_precision) {
        return {true, "precision", 0};
      }
      // The interval shrinks with the square root of n: ask for what that says, but never more than four
      // times n.
      const double factor = precision / std::max(rule.relative_precision, 1e-9);
      wanted = static_cast<double>(n) * std::clamp(factor * factor, 1.25, 4.0);
    }
    const double sample_ns = std::max(spent_ns / static_cast<double>(n), 1.0);
    if (spent_ns < rule.min_time_ns) wanted = std::max(wanted, rule.min_time_ns / sample_ns);
    wanted = std::max(wanted, static_cast<double>(wanted_min));
    const double affordable = static_cast<double>(n) + (rule.max_time_ns - spent_ns) / sample_ns;
    wanted = std::min(wanted, std::ceil(affordable));
  }
  wanted = std::min(wanted, static_cast<double>(std::max<std::size_t>(rule.max_samples, 1)));
  const auto total = static_cast<std::size_t>(std::max(wanted, 1.0));
  return {false, "", total > n ? total - n : 1};
}

}  // namespace assay::measure

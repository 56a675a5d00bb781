// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/tail.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/stats/quantile.h"

namespace assay {

namespace {

constexpr double tail_quantile = 0.99;
constexpr int fewest_launches = 3;

std::int64_t count_above(std::span<const double> values, double threshold) {
  return std::count_if(values.begin(), values.end(), [&](double v) { return v > threshold; });
}

}  // namespace

void TailTally::add(std::span<const double> base_ns, std::span<const double> candidate_ns) {
  if (base_ns.empty() || candidate_ns.empty()) {
    ++empty_;
    return;
  }
  if (counts_.threshold_ns) {
    counts_.pairs.push_back(
        {count_above(base_ns, *counts_.threshold_ns), static_cast<std::int64_t>(base_ns.size()),
         count_above(candidate_ns, *counts_.threshold_ns), static_cast<std::int64_t>(candidate_ns.size())});
    return;
  }
  base_.insert(base_.end(), base_ns.begin(), base_ns.end());
  ++launches_;
  if (launches_ < std::max(first_, fewest_launches) || base_.size() < stats::minimum_count(tail_quantile))
    return;
  counts_.threshold_ns = stats::quantile(base_, tail_quantile);
  counts_.reference_pairs = launches_;
  base_ = {};
}

TailCounts TailTally::counts() const {
  TailCounts counts = counts_;
  if (counts.threshold_ns) return counts;
  if (launches_ == 0) {
    if (empty_ > 0) counts.reference_pairs = std::numeric_limits<int>::max();
    counts.reason = empty_ == 0 ? "no launch was measured"
                                : "the launches tell no single requests: their calls were timed in batches";
  } else {
    const double per_launch = static_cast<double>(base_.size()) / launches_;
    counts.reference_pairs =
        static_cast<int>(std::ceil(static_cast<double>(stats::minimum_count(tail_quantile)) / per_launch));
    counts.reason = std::to_string(base_.size()) + " requests of " + std::to_string(launches_) +
                    " launches of the base are too few for its p99: " +
                    std::to_string(stats::minimum_count(tail_quantile)) + " of " +
                    std::to_string(std::max(first_, fewest_launches)) + " are needed";
  }
  return counts;
}

}  // namespace assay

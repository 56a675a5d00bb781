// SPDX-License-Identifier: Apache-2.0
#include "harness/measure/repeats.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/stats/quantile.h"

namespace assay::measure {

namespace {

/// The highest percentile that tables show.
constexpr double tail = 0.99;

std::size_t fewest_samples(std::span<const LaunchCost> earlier, std::size_t launches,
                           const StoppingRule& rule) {
  const std::size_t needed = stats::minimum_count(tail);
  std::size_t fewest = needed;
  std::size_t taken = 0;
  for (const auto& launch : earlier) {
    if (launch.batch > 1) return rule.min_samples;  // a batch has no tail
    fewest = std::min(fewest, launch.log_ns.n);
    taken += launch.log_ns.n;
  }
  if (fewest == needed) return std::max(rule.min_samples, needed);
  const auto share = [](std::size_t samples, std::size_t among) {
    among = std::max<std::size_t>(among, 1);
    return (samples + among - 1) / among;
  };
  // Earlier launches that had less than their share leave more to those that are still to come.
  const std::size_t left = launches - std::min(launches, earlier.size());
  const std::size_t missing = needed - std::min(needed, taken);
  return std::max({rule.min_samples, share(needed, launches), share(missing, left)});
}

}  // namespace

std::optional<LaunchCost> launch_cost(const Samples& samples, double total_ns) {
  if (!samples.scheduled_ns.empty() || samples.size() < samples.warmup + 2) return std::nullopt;
  std::vector<double> logs;
  for (std::size_t i = samples.warmup; i < samples.size(); ++i) {
    const auto ns = static_cast<double>(samples.end_ns[i] - samples.start_ns[i]);
    logs.push_back(std::log(std::max(ns, 1.0)));
  }
  const auto steady_ns = static_cast<double>(samples.end_ns.back() - samples.start_ns[samples.warmup]);
  const double sample_ns = steady_ns / static_cast<double>(logs.size());
  return LaunchCost{stats::moments(logs), samples.batch, sample_ns, std::max(total_ns - steady_ns, 0.0)};
}

StoppingRule repeats_rule(std::span<const LaunchCost> earlier, std::size_t launches, StoppingRule rule) {
  if (earlier.size() < launches_before_repeats) return rule;
  std::vector<stats::Moments> moments;
  double overhead_ns = 0;
  double sample_ns = 0;
  for (const auto& launch : earlier) {
    moments.push_back(launch.log_ns);
    overhead_ns += launch.overhead_ns;
    sample_ns += launch.sample_ns;
  }
  const auto parts = stats::variance_parts(moments);
  if (!parts) return rule;
  const std::size_t worth = stats::samples_per_launch(*parts, overhead_ns, sample_ns, rule.max_samples);
  rule.max_samples = std::min(rule.max_samples, std::max(worth, fewest_samples(earlier, launches, rule)));
  return rule;
}

}  // namespace assay::measure

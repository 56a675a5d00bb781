// SPDX-License-Identifier: Apache-2.0
#include "harness/store/summary.h"

#include <algorithm>
#include <numeric>

#include "harness/stats/quantile.h"

namespace assay::store_detail {

std::optional<CallSummary> summarise(const Samples& samples) {
  if (samples.size() <= samples.warmup) return std::nullopt;
  CallSummary summary;
  summary.batch = std::max<std::int64_t>(samples.batch, 1);
  const std::vector<double> values = call_times_ns(samples, samples.warmup);
  summary.n = static_cast<std::int64_t>(values.size());
  summary.mean_ns = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  summary.min_ns = *least;
  summary.max_ns = *most;
  summary.median_ns = stats::quantile(values, 0.5);
  if (summary.batch == 1) {
    summary.p90_ns = stats::quantile(values, 0.9);
    summary.p99_ns = stats::quantile(values, 0.99);
  }
  return summary;
}

TrackSummary summarise(const Track& track, const Samples& samples) {
  TrackSummary summary;
  summary.metric = track.metric;
  summary.unit = track.unit;
  const std::vector<double> values = steady_values(track, samples);
  summary.n = static_cast<std::int64_t>(values.size());
  if (values.empty()) return summary;
  summary.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  summary.min = *least;
  summary.max = *most;
  summary.median = stats::quantile(values, 0.5);
  summary.p90 = stats::quantile(values, 0.9);
  summary.p99 = stats::quantile(values, 0.99);
  return summary;
}

}  // namespace assay::store_detail

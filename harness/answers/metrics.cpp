// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "harness/core/region_span.h"
#include "harness/judge/comparison.h"
#include "harness/stats/bootstrap.h"
#include "harness/stats/quantile.h"

namespace assay::answers_detail {

namespace {

constexpr int tail_resamples = 500;
constexpr std::size_t least_launches_for_interval = 3;

std::string launches_text(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " launch" : " launches");
}

/// What the launches of a case give of one series: calls, or a track.
struct Series {
  std::string unit;
  Better better = Better::lower;
  std::int64_t batch = 1;
  std::size_t samples = 0;
  std::int64_t fewest = std::numeric_limits<std::int64_t>::max();  ///< in one launch

  void count(std::int64_t n) {
    samples += static_cast<std::size_t>(n);
    fewest = std::min(fewest, n);
  }
};

MetricValue pooled_tail(std::string id, double q, const Series& series, stats::Launches launches) {
  for (auto& launch : launches) std::sort(launch.begin(), launch.end());
  const auto statistic = [q](std::span<const std::span<const double>> drawn) {
    return stats::pooled_upper_quantile(drawn, q);
  };
  const stats::Estimate estimate = stats::bootstrap(launches, statistic, {.resamples = tail_resamples});
  MetricValue metric = absent(std::move(id), series.unit, series.better, "", ReadingState::ok);
  metric.value = estimate.value;
  if (estimate.interval) {
    metric.ci_low = estimate.interval->low;
    metric.ci_high = estimate.interval->high;
  }
  metric.reason = "of all launches' samples together: a launch alone has fewer than " +
                  std::to_string(stats::minimum_count(q));
  return metric;
}

/// Quantile q, called `name`: the median of the launches' `own` where each has samples enough, else of all
/// samples together, else absent with the reason.
MetricValue tail_metric(std::string id, const char* name, double q, const Series& series,
                        std::vector<double> own, const RawSamples& raw) {
  const std::string refused = stats::tail_refused(name, q, series.batch, series.samples, own.size());
  if (!refused.empty()) return absent(std::move(id), series.unit, series.better, refused);
  const bool pooled = static_cast<std::size_t>(series.fewest) < stats::minimum_count(q);
  if (pooled && !raw)
    return absent(std::move(id), series.unit, series.better, "it needs all samples, which were not read");
  if (pooled) return pooled_tail(std::move(id), q, series, raw());
  return median_over_launches(std::move(id), series.unit, series.better, std::move(own));
}

}  // namespace

MetricValue absent(std::string id, std::string unit, Better better, std::string reason, ReadingState state) {
  MetricValue metric;
  metric.id = std::move(id);
  metric.unit = std::move(unit);
  metric.better = better;
  metric.state = state;
  metric.reason = std::move(reason);
  return metric;
}

MetricValue median_over_launches(std::string id, std::string unit, Better better,
                                 std::vector<double> values) {
  if (values.empty()) return absent(std::move(id), std::move(unit), better, "no valid launch has a value");
  std::sort(values.begin(), values.end());
  MetricValue metric = absent(std::move(id), std::move(unit), better, "", ReadingState::ok);
  metric.n = static_cast<std::int64_t>(values.size());
  metric.value = stats::quantile_sorted(values, 0.5);
  if (const auto interval = stats::quantile_interval(values, 0.5)) {
    metric.ci_low = interval->low;
    metric.ci_high = interval->high;
  } else if (values.size() >= least_launches_for_interval) {
    // Also what the expanded percentile bootstrap of harness/stats/bootstrap.h ends at with so few launches.
    metric.ci_low = values.front();
    metric.ci_high = values.back();
    const double confidence = 100 * (1 - std::ldexp(1.0, 1 - static_cast<int>(values.size())));
    metric.reason = "interval: the range of " + launches_text(values.size()) + ", confidence " +
                    std::to_string(static_cast<int>(confidence)) + " %; 95 % needs 6";
  } else {
    metric.reason = "no interval: it needs " + launches_text(least_launches_for_interval) + "; has " +
                    std::to_string(values.size());
  }
  return metric;
}

std::vector<MetricValue> time_metrics(const LaunchPointers& launches, const RawSamples& raw) {
  Series calls{.unit = "ns"};
  std::vector<double> medians;
  for (const LaunchSummary* item : launches) {
    medians.push_back(item->call->median_ns);
    calls.count(item->call->n);
    calls.batch = std::max(calls.batch, item->call->batch);
  }
  const auto own = [&](std::optional<double> CallSummary::*member) {
    std::vector<double> values;
    for (const LaunchSummary* item : launches) values.push_back(((*item->call).*member).value_or(0));
    return values;
  };
  std::vector<MetricValue> metrics;
  metrics.push_back(median_over_launches("time.wall.p50", "ns", Better::lower, medians));
  metrics.push_back(tail_metric("time.wall.p90", "p90", 0.9, calls, own(&CallSummary::p90_ns), raw));
  metrics.push_back(tail_metric("time.wall.p99", "p99", 0.99, calls, own(&CallSummary::p99_ns), raw));
  for (MetricValue& metric : metrics) {
    metric.n = static_cast<std::int64_t>(launches.size());
    metric.samples = static_cast<std::int64_t>(calls.samples);
  }
  return metrics;
}

std::vector<MetricValue> throughput_metrics(const Launch& facts, const MetricValue& p50) {
  std::vector<MetricValue> metrics;
  if (!p50.value || *p50.value <= 0) return metrics;
  const auto add = [&](const std::string& what, double per_call) {
    const std::string id = "throughput." + what;
    const bool there = std::any_of(metrics.begin(), metrics.end(), [&](const auto& m) { return m.id == id; });
    if (per_call <= 0 || what.empty() || there) return;
    constexpr double ns_per_s = 1e9;
    MetricValue metric = p50;
    metric.id = id;
    metric.unit = (what == "bytes" ? "byte" : what) + "/s";
    metric.better = Better::higher;
    metric.value = per_call / *p50.value * ns_per_s;
    if (p50.ci_low && p50.ci_high && *p50.ci_low > 0) {
      metric.ci_low = per_call / *p50.ci_high * ns_per_s;
      metric.ci_high = per_call / *p50.ci_low * ns_per_s;
    }
    metrics.push_back(std::move(metric));
  };
  add(facts.unit_of_work, facts.work.units);
  add("operations", facts.work.operations);
  add("bytes", facts.work.minimum_bytes);
  return metrics;
}

std::vector<MetricValue> track_metrics(const LaunchPointers& launches, const RawTrack& raw) {
  struct Group {
    Series series;
    std::vector<double> medians;
    std::vector<double> p99s;
  };
  std::map<std::string, Group> groups;
  for (const LaunchSummary* item : launches) {
    for (const TrackSummary& track : item->tracks) {
      if (track.n == 0 || is_naming(track.unit)) continue;
      Group& group = groups[track.metric];
      group.series.unit = track.unit;
      group.series.better = track.unit == "ns" ? Better::lower : Better::neither;
      group.series.count(track.n);
      group.medians.push_back(track.median);
      group.p99s.push_back(track.p99);
    }
  }
  std::vector<MetricValue> metrics;
  for (auto& [id, group] : groups) {
    const Series& series = group.series;
    metrics.push_back(median_over_launches(id + ".p50", series.unit, series.better, group.medians));
    metrics.push_back(tail_metric(id + ".p99", "p99", 0.99, series, group.p99s,
                                  raw ? RawSamples([&, &id = id] { return raw(id); }) : RawSamples()));
    for (auto metric = metrics.end() - 2; metric != metrics.end(); ++metric) {
      metric->n = static_cast<std::int64_t>(group.medians.size());
      metric->samples = static_cast<std::int64_t>(series.samples);
    }
  }
  return metrics;
}

std::vector<MetricValue> reading_metrics(const LaunchPointers& launches) {
  std::map<std::string, std::vector<const Reading*>> groups;
  std::map<std::string, const Launch*> counted;  // the first launch that has it: the lane's facts
  for (const LaunchSummary* item : launches) {
    for (const Reading& reading : item->launch.readings) {
      groups[reading.metric].push_back(&reading);
      counted.emplace(reading.metric, &item->launch);
    }
  }
  std::vector<MetricValue> metrics;
  for (const auto& [id, readings] : groups) {
    const auto valued =
        std::find_if(readings.begin(), readings.end(), [](const auto* r) { return r->value.has_value(); });
    const Reading& first = valued == readings.end() ? *readings.front() : **valued;
    const std::string& unit = first.unit;
    const Better better = first.better;
    std::vector<double> values;
    std::string tool;
    bool scaled = false;
    for (const Reading* reading : readings) {
      if (!reading->value) continue;
      // The reason of a count that was made: its tool, then the ISA path (run/collecting.h, name_isa).
      if (values.empty()) tool = reading->reason.substr(0, reading->reason.find(';'));
      values.push_back(*reading->value);
      scaled = scaled || reading->state == ReadingState::scaled;
    }
    if (values.empty()) {
      MetricValue metric = absent(id, unit, better, first.reason, first.state);
      metric.n = static_cast<std::int64_t>(readings.size());
      metrics.push_back(std::move(metric));
      continue;
    }
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    const double low = *least;
    const double high = *most;
    MetricValue metric = median_over_launches(id, unit, better, values);
    metric.samples = static_cast<std::int64_t>(values.size());
    if (scaled) metric.state = ReadingState::scaled;
    if (is_exact(id)) {
      // Exact metrics have no sampling error: the interval is the range that was seen.
      metric.ci_low = low;
      metric.ci_high = high;
      metric.tool = tool;
      metric.isa = counted.at(id)->isa;
      metric.threads = counted.at(id)->threads;
      metric.reason = low == high ? first.reason
                                  : "it differs between launches: " + shortest(low) + " to " + shortest(high);
    }
    metrics.push_back(std::move(metric));
  }
  return metrics;
}

}  // namespace assay::answers_detail

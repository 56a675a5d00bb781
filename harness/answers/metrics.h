// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "harness/judge/result.h"
#include "harness/store/store.h"

/// Metrics of one case from its launches. Pure, but for `raw`, which reads samples when a rule needs them.
namespace assay::answers_detail {

using LaunchPointers = std::vector<const LaunchSummary*>;

/// Steady per-call durations (ns) of the valid timing launches of the case, one vector a launch. An empty
/// function, here and below: what needs samples is absent.
using RawSamples = std::function<std::vector<std::vector<double>>()>;

/// The same of the values of one track, in its unit.
using RawTrack = std::function<std::vector<std::vector<double>>(const std::string& metric)>;

/// The median of `values` (one a launch) with its 95 % interval: order statistics from 6 launches on,
/// their range from 3 on, else none, with the reason.
MetricValue median_over_launches(std::string id, std::string unit, Better better, std::vector<double> values);

/// A metric without a value (yet).
MetricValue absent(std::string id, std::string unit, Better better, std::string reason,
                   ReadingState state = ReadingState::not_counted);

/// time.wall.p50, .p90, .p99 of valid timing launches (at least one with a summary).
std::vector<MetricValue> time_metrics(const LaunchPointers& launches, const RawSamples& raw);

/// throughput.* from the p50: units of work, operations and bytes a second.
std::vector<MetricValue> throughput_metrics(const Launch& facts, const MetricValue& p50);

/// <track>.p50 and .p99 of each track, by the rules of time_metrics.
std::vector<MetricValue> track_metrics(const LaunchPointers& launches, const RawTrack& raw);

/// Readings of all valid launches, each over those that have it.
std::vector<MetricValue> reading_metrics(const LaunchPointers& launches);

}  // namespace assay::answers_detail

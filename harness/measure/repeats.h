// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "harness/core/sample.h"
#include "harness/measure/rules.h"
#include "harness/stats/replication.h"

/// Repeats within launches from what they cost and how they vary, as pure functions over a case's earlier
/// launches.
namespace assay::measure {

/// What one launch says about the worth of samples in the next one.
struct LaunchCost {
  stats::Moments log_ns;   ///< of the logarithms of its steady samples
  std::int64_t batch = 1;  ///< calls per sample
  double sample_ns = 0;    ///< a steady sample from start to start, waiting between requests included
  double overhead_ns = 0;  ///< the rest of the launch: start, prepare, verify, warm-up, end
};

/// `total_ns`: the launch from its start to its end. Empty for an open loop, whose samples cost what its rate
/// says, and with fewer than 2 steady samples.
std::optional<LaunchCost> launch_cost(const Samples& samples, double total_ns);

/// A case's launches before this many are measured have only the stopping rule: two launches say almost
/// nothing about the variance between them.
inline constexpr std::size_t launches_before_repeats = 3;

/// The stopping rule of a case's next launch: at most as many samples as are worth taking before another
/// launch tells more (stats::samples_per_launch). Never more than `rule` allows, and never so few that a
/// percentile is lost or computed in another way: beside min_samples it keeps, where a sample is one call,
/// the launch's share of what p99 needs and still lacks, and all that p99 needs when every earlier launch had
/// it. `launches`: planned for the case.
StoppingRule repeats_rule(std::span<const LaunchCost> earlier, std::size_t launches, StoppingRule rule);

}  // namespace assay::measure

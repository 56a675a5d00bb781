// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/judge/prices.h"
#include "harness/judge/representatives.h"
#include "harness/judge/requirements.h"

/// Does a host keep a requirement? Pure.
namespace assay {

enum class Fit { pass, fail, undecided, not_measured };

std::string to_string(Fit fit);  ///< "pass", ..., "not_measured"

/// Fewest launches of a verdict: the largest of n lies above the median launch with probability 1 - 2^-n,
/// which is 95 % from 5 on (David and Nagaraja, "Order Statistics", 7.1).
inline constexpr std::int64_t least_launches_of_a_verdict = 5;

/// One requirement, one host, one task.
struct Fitness {
  Fit fit = Fit::not_measured;
  std::string task;                        ///< empty: of the host itself (price), or no task matches
  std::string case_key;                    ///< what stood for the host
  std::string metric;                      ///< id
  std::optional<double> value, low, high;  ///< in `unit`
  std::string unit;
  std::int64_t launches = 0;
  std::optional<std::int64_t> more_launches;  ///< undecided: about so many more decide it
  std::optional<std::int64_t> more_samples;   ///< not_measured for lack of them: a tail
  std::string reason;                         ///< one sentence; may be empty of a pass or fail
};

/// A requirement's answer for one host: that of the task that stands worst, of fail, not_measured, undecided,
/// pass in this order.
struct HostFitness {
  Fit fit = Fit::not_measured;
  std::vector<Fitness> tasks;  ///< at least one
};

/// A value against a limit: `pass` where the whole interval keeps it, `fail` where none of it does, else
/// `undecided` with the launches that would decide it if the interval shrinks as 1 / sqrt(launches) around
/// this value. Of peaks, which have no interval, `fail` is one that was seen, and `pass` the largest of 5
/// launches or more. Without a value, or in another unit than the limit's: not_measured.
Fitness judge_limit(const MetricValue& value, bool at_most, const Quantity& limit);

/// What a host's `rows` of open loops (load=open:RATE) say of the requests a second that a task is served
/// within a latency: at least the highest rate that keeps it, below the lowest one above that does not.
/// `rows`: of one task and implementation.
struct Capacity {
  double low = 0;              ///< 0: no rate that was tried keeps it
  std::optional<double> high;  ///< empty: none that was tried fails
  std::int64_t launches = 0;   ///< of the rate that decides
  std::size_t rates = 0;       ///< tried
};
std::optional<Capacity> capacity_of(const std::vector<const ResultRow*>& rows, const std::string& metric_id,
                                    double within_ns);

/// `requirement` for all hosts, in their order. `price`s by the names of hosts, `names`.
std::vector<HostFitness> judge_requirement(const Requirement& requirement,
                                           const std::vector<HardwareHost>& hosts, Represent rule,
                                           const std::vector<Selector>& named, const Prices& prices,
                                           const std::vector<std::vector<std::string>>& names);

/// The worst of several, in the order of HostFitness.
Fit worst(const std::vector<Fit>& fits);

/// Joules of a unit of work, and the meter's scope: of the row's GPU, of its board's supply, or of the host.
/// Without a meter `value.value` is empty, with the reason.
struct Energy {
  MetricValue value;  ///< unit "J"
  std::string scope;  ///< "GPU board (NVML)", "CPU packages (RAPL), whoever used them"
};
Energy energy_of(const ResultRow& row);

}  // namespace assay

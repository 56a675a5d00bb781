// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace assay::stats {

/// Where the variance of a case comes from: a random-effects model, sample = level of its launch + noise
/// within it.
struct VarianceParts {
  double between = 0;  ///< of launches' levels, squared unit of the samples; never negative
  double within = 0;   ///< of samples around their launch's level
};

/// All that an analysis of variance needs of one launch's samples.
struct Moments {
  std::size_t n = 0;
  double mean = 0;
  double deviation = 0;  ///< divisor n - 1
};
Moments moments(std::span<const double> values);  ///< of no values: n = 0

/// One-way analysis of variance with unequal sizes (Searle, Casella and McCulloch, "Variance
/// Components", 3.6). Empty with fewer than 2 launches of at least 2 samples each (others are left out). Give
/// it logarithms for relative variances.
std::optional<VarianceParts> variance_parts(std::span<const Moments> launches);

/// How many samples each launch should take so that a given total time tells most about the mean:
/// sqrt(launch_cost / sample_cost * within / between), at least 1 (Kalibera and Jones, "Rigorous Benchmarking
/// in Reasonable Time", ISMM 2013, section 6). `launch_cost_ns`: of starting one, up to its first steady
/// sample. Without variance between launches the answer is `most`.
std::size_t samples_per_launch(const VarianceParts& parts, double launch_cost_ns, double sample_cost_ns,
                               std::size_t most);

}  // namespace assay::stats

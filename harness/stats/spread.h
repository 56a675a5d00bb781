// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace assay::stats {

/// Median absolute deviation from the median, unscaled. \throws Error{internal} on no values.
double mad(std::span<const double> values);

/// 1.4826 * mad / |median|: the relative standard deviation where the values are normal, and not moved by a
/// few outliers where they are not. 0 when all are equal; infinity when only the median is 0.
double relative_spread(std::span<const double> values);

/// Third quartile less the first.
double iqr(std::span<const double> values);

/// Arithmetic mean, and the standard deviation with divisor n - 1 (0 for one value).
double mean(std::span<const double> values);
double standard_deviation(std::span<const double> values);

}  // namespace assay::stats

// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/spread.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "harness/core/error.h"
#include "harness/stats/distribution.h"
#include "harness/stats/quantile.h"

namespace assay::stats {

double mad(std::span<const double> values) {
  const double middle = median(values);
  std::vector<double> deviations(values.size());
  std::transform(values.begin(), values.end(), deviations.begin(),
                 [&](double v) { return std::abs(v - middle); });
  return median(deviations);
}

double relative_spread(std::span<const double> values) {
  static const double normal_consistency = 1 / normal_quantile(0.75);
  const double deviation = mad(values);
  if (deviation == 0) return 0;
  const double middle = std::abs(median(values));
  return middle == 0 ? std::numeric_limits<double>::infinity() : normal_consistency * deviation / middle;
}

double iqr(std::span<const double> values) { return quantile(values, 0.75) - quantile(values, 0.25); }

double mean(std::span<const double> values) {
  if (values.empty()) throw Error(ErrorCode::internal, "a mean of no values was asked for");
  // Around the first value, so that the sum of large equal times loses no digits.
  double sum = 0;
  for (const double v : values) sum += v - values[0];
  return values[0] + sum / static_cast<double>(values.size());
}

double standard_deviation(std::span<const double> values) {
  const double middle = mean(values);
  if (values.size() < 2) return 0;
  double sum = 0;
  for (const double v : values) sum += (v - middle) * (v - middle);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

}  // namespace assay::stats

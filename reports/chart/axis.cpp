// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/axis.h"

#include <algorithm>
#include <cmath>

namespace assay::chart {
namespace {

// Of a domain's ends: the difference stays finite, on log the ratio does.
constexpr double limit = 1e300;
constexpr double most = 1e150;
constexpr double least = 1e-150;

}  // namespace

bool showable(double value, Scale scale) {
  return std::isfinite(value) && (scale == Scale::linear || value > 0);
}

void Domain::add(double value, Scale scale) {
  if (!showable(value, scale)) return;
  const bool first = empty();
  low = first ? value : std::min(low, value);
  high = first ? value : std::max(high, value);
}

Domain domain_of(std::span<const double> values, Scale scale) {
  Domain domain;
  for (const double value : values) domain.add(value, scale);
  return domain;
}

Domain padded(Domain domain, Scale scale, double fraction) {
  if (domain.empty()) return domain;
  if (scale == Scale::linear) {
    const double by = (domain.high / 2 - domain.low / 2) * 2 * fraction;
    return std::isfinite(by) ? Domain{domain.low - by, domain.high + by} : domain;
  }
  const double by = std::pow(domain.high / domain.low, fraction);
  return std::isfinite(by) && by > 0 ? Domain{domain.low / by, domain.high * by} : domain;
}

Axis::Axis(Scale scale, Domain domain, double from, double to) : scale_(scale), from_(from), to_(to) {
  if (scale == Scale::log) {
    const bool usable = domain.high > 0 && !domain.empty();
    low_ = usable && domain.low > 0 ? std::clamp(domain.low, least, most) : 1;
    high_ = usable ? std::clamp(domain.high, least, most) : 10;
    if (usable && domain.low <= 0) low_ = high_ / 1000;
    if (!(high_ / low_ > 1 + 1e-9)) {
      low_ /= 1.5;
      high_ *= 1.5;
    }
    return;
  }
  low_ = domain.empty() ? 0 : std::clamp(domain.low, -limit, limit);
  high_ = domain.empty() ? 1 : std::clamp(domain.high, -limit, limit);
  const double magnitude = std::max(std::fabs(low_), std::fabs(high_));
  if (!(high_ - low_ > 1e-9 * magnitude)) {
    const double by = magnitude > 0 ? magnitude * 0.05 : 0.5;
    low_ -= by;
    high_ += by;
  }
}

double Axis::at(double value) const {
  double share = 0;
  if (scale_ == Scale::linear) {
    share = (value - low_) / (high_ - low_);
  } else {
    share = std::log(std::max(value, least) / low_) / std::log(high_ / low_);
  }
  // Far outside is far outside: painters overflow on more.
  return from_ + std::clamp(share, -100.0, 100.0) * (to_ - from_);
}

double Axis::value(double at) const {
  const double share = (at - from_) / (to_ - from_);
  if (scale_ == Scale::linear) return low_ + share * (high_ - low_);
  return low_ * std::pow(high_ / low_, share);
}

}  // namespace assay::chart

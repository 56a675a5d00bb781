// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/bootstrap_median.h"

#include <algorithm>
#include <cmath>

#include "harness/stats/distribution.h"

namespace assay::stats {

BootstrapMedian::BootstrapMedian(std::size_t n) {
  const auto count = static_cast<std::int64_t>(n);
  const auto real = static_cast<double>(n);
  const std::int64_t rank = (count + 1) / 2;  // 1-based, of the lower middle
  // P[the lower middle <= value i]: at least `rank` of n draws are.
  const auto below = [&](std::size_t i) {
    return i + 1 >= n ? 1.0 : 1 - binomial_cdf(rank - 1, count, static_cast<double>(i + 1) / real);
  };
  const double half = real / 2;
  const double ways = std::exp(std::lgamma(real + 1) - 2 * std::lgamma(half + 1));
  for (std::size_t i = 0; i < n; ++i) {
    double left = below(i) - (i == 0 ? 0 : below(i - 1));
    if (n % 2 == 0) {  // half of the draws at most i, one of them i; the others at least j, one of them j
      const auto share = [&](std::size_t k) { return std::pow(static_cast<double>(k) / real, half); };
      const double lower = ways * (share(i + 1) - share(i));
      for (std::size_t j = i + 1; j < n; ++j) {
        const double probability = lower * (share(n - j) - share(n - j - 1));
        places_.push_back({i, j, probability});
        left -= probability;
      }
    }
    places_.push_back({i, i, std::max(left, 0.0)});
  }
  make_alias();
}

void BootstrapMedian::make_alias() {
  const std::size_t size = places_.size();
  double all = 0;
  for (const Place& place : places_) all += place.probability;
  std::vector<double> scaled;
  std::vector<std::size_t> small, large;
  for (std::size_t k = 0; k < size; ++k) {
    scaled.push_back(places_[k].probability / all * static_cast<double>(size));
    (scaled[k] < 1 ? small : large).push_back(k);
  }
  keep_.assign(size, 1.0);
  alias_.resize(size);
  for (std::size_t k = 0; k < size; ++k) alias_[k] = k;
  while (!small.empty() && !large.empty()) {
    const std::size_t less = small.back(), more = large.back();
    small.pop_back();
    keep_[less] = scaled[less];
    alias_[less] = more;
    scaled[more] -= 1 - scaled[less];
    if (scaled[more] < 1) {
      large.pop_back();
      small.push_back(more);
    }
  }
}

}  // namespace assay::stats

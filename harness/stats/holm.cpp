// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/holm.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace assay::stats {

std::vector<HolmStep> holm(std::span<const double> p_values, double error, double most) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<HolmStep> steps(p_values.size());
  bool rejecting = true;
  double level = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (rejecting) level = std::min(most, error / static_cast<double>(order.size() - i));
    rejecting = rejecting && p_values[order[i]] <= level;
    steps[order[i]] = {level, rejecting};
  }
  return steps;
}

}  // namespace assay::stats

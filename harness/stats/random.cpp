// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/random.h"

#include <cmath>
#include <numbers>

namespace assay::stats {

double Random::normal() {
  const double radius = std::sqrt(-2 * std::log(uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

}  // namespace assay::stats

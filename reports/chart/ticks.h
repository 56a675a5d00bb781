// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/chart/axis.h"
#include "reports/chart/label.h"
#include "reports/chart/number.h"

namespace assay::chart {

struct Tick {
  double value = 0;
  std::string label;  ///< empty: a minor one
};

/// Ticks within [low, high], ascending; labels differ from each other. At most `most` labels (and at least
/// one where the domain holds a round number), steps of 1, 2, 2.5, 5 x 10^k (bytes: powers of two), written
/// in one multiple of the unit with the decimals that the step needs. The domain's ends are less than a step
/// away from the ticks.
std::vector<Tick> linear_ticks(double low, double high, std::size_t most, const Unit& unit);

/// The same on a logarithmic axis: 1, 2, 5 of each decade, else decades (with 2 and 5 as minor ticks), else
/// every k-th; bytes in powers of two. Where a narrow domain holds fewer than three of these, linear ticks
/// stand on it.
std::vector<Tick> log_ticks(double low, double high, std::size_t most, const Unit& unit);

/// As many as an axis of its length carries with no two labels nearer than a letter.
std::vector<Tick> fitting_ticks(const Axis& axis, const Unit& unit, bool vertical, double size,
                                Metrics metrics);

}  // namespace assay::chart

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "reports/chart/axis.h"

namespace assay::chart {

/// Indices to draw instead of all points of a series sorted by x: of each of `columns` columns along the axis
/// the first, the lowest, the highest and the last, ascending, so that a line through them covers the pixels
/// that a line through all would (M4: Jugel, Jerzak, Hackenbroich and Markl, "M4: A Visualization-Oriented
/// Time Series Data Aggregation", VLDB 2014). The nearest point outside at either side is kept, for the line
/// to leave the picture. Points without a place (x or y not showable: NaN, infinite; <= 0 where that scale is
/// log) do not count; at most 4 * columns + 2 indices.
std::vector<std::size_t> decimated(std::span<const double> x, std::span<const double> y, const Axis& axis,
                                   std::size_t columns, Scale y_scale = Scale::linear);

/// The same answer again and again (zoom, pan) without another pass: lowest and highest of runs of 16, of 16
/// such runs, and so on: 9 bytes for 16 points. Copies nothing: x and y outlive it, unchanged, and hold fewer
/// than 2^32 points; every x is finite and sorted. Reading is free of data races.
class Pyramid {
 public:
  Pyramid() = default;
  Pyramid(std::span<const double> x, std::span<const double> y, Scale y_scale = Scale::linear);
  std::vector<std::size_t> decimated(const Axis& axis, std::size_t columns) const;

 private:
  struct Extremes {
    std::uint32_t lowest;  // none: `absent`
    std::uint32_t highest;
  };
  void widen(Extremes& sofar, std::size_t level, std::size_t first, std::size_t last) const;
  void widen(Extremes& sofar, Extremes with) const;
  Extremes of(std::size_t first, std::size_t last) const;

  std::span<const double> x_;
  std::span<const double> y_;
  Scale y_scale_ = Scale::linear;
  std::vector<std::vector<Extremes>> levels_;  // [0]: runs of 16 points
};

}  // namespace assay::chart

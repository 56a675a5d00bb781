// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/chart/frame.h"
#include "reports/chart/guides.h"
#include "reports/chart/scene.h"

namespace assay::chart {

struct LineSeries {
  std::string name;
  std::vector<double> x;    ///< ascending; equal length with y
  std::vector<double> y;    ///< NaN: a gap
  std::vector<double> low;  ///< of the interval, drawn as a band; empty, or as long as y
  std::vector<double> high;
  bool step = false;  ///< the value holds until the next x
  bool line = true;   ///< false: points alone
  std::string id;
  bool gaps = false;     ///< a NaN in y ends a piece of the line, and is no value that is missing
  bool context = false;  ///< what the others are held against (limits): it recedes
};

struct LineChart {
  std::string title;
  std::string description;  ///< made from the data when empty
  AxisSpec x;
  AxisSpec y;
  bool from_zero = false;  ///< a linear y axis includes 0
  std::vector<LineSeries> series;
  std::vector<Reference> references;
  std::vector<Band> bands;
  std::string empty = "Nothing to show";  ///< what to say, and what to do, without data
};

/// History, scaling curves, time lines. Series are thinned to the canvas's pixels; up to 30 points are
/// marked, of several longer series a few each, so that they differ by shape too.
Scene draw(const LineChart& chart, const Canvas& canvas);

}  // namespace assay::chart

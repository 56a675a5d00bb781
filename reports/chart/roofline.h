// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/chart/frame.h"
#include "reports/chart/scene.h"

namespace assay::chart {

/// A ceiling of this machine: of a memory level in bytes/s, of computing in operations/s.
struct Roof {
  std::string name;
  double peak = 0;
};

struct RooflinePoint {
  std::string name;
  double intensity = 0;    ///< operations per byte
  double performance = 0;  ///< operations per second
  std::size_t series = 0;  ///< index into `series`: look and legend
  std::string id;
};

struct RooflineChart {
  std::string title;
  std::string description;  ///< made from the roofs when empty
  std::vector<Roof> memory;
  std::vector<Roof> compute;
  std::vector<std::string> series;
  std::vector<RooflinePoint> points;
  Unit performance{Unit::Kind::si, "op/s"};
  Unit bandwidth{Unit::Kind::si, "B/s"};
  Unit intensity{Unit::Kind::plain, ""};
  std::string empty = "No ceilings measured yet: run assay roofline";
};

/// The roofline of Williams, Waterman and Patterson (CACM 52(4), 2009): what a case may reach, by operations
/// a byte. Each memory roof rises to the highest compute roof; a compute roof begins at the widest memory
/// roof. Names of points that find no room are left to their tooltips; nothing overlaps.
Scene draw(const RooflineChart& chart, const Canvas& canvas);

}  // namespace assay::chart

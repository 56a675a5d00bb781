// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/chart/frame.h"
#include "reports/chart/scene.h"

namespace assay::chart {

/// A line right across: a limit, a baseline, a change point.
struct Reference {
  double value = 0;
  std::string name;
  bool vertical = false;
  Role role = Role::foreground;
};

/// An area right across, between two values: what is within noise.
struct Band {
  double low = 0;
  double high = 0;
  std::string name;
  bool vertical = false;
};

void draw_bands(Scene& scene, const std::vector<Band>& bands, const Frame& frame);

bool any_vertical(const std::vector<Reference>& references);

/// Dashed, each with its name where it hides no other (of vertical ones above the plot, if the frame kept a
/// row); what lies outside the axes is left out.
void draw_references(Scene& scene, const std::vector<Reference>& references, const Frame& frame);

}  // namespace assay::chart

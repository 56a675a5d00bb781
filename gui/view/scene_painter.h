// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointF>
#include <optional>
#include <string>

#include "reports/chart/palette.h"
#include "reports/chart/scene.h"

class QPainter;

namespace assay::gui {

/// Paints a scene in its points, as svg() writes it: order, clips, rims, dashes. The ground is the painter's
/// own.
void paint_scene(QPainter& painter, const chart::Scene& scene, chart::Theme theme);

/// What lies under a place of the scene and says something: the nearest marker within reach, else the topmost
/// rectangle or area that holds the place.
struct Hit {
  std::string title;
  std::string id;
  QPointF at;  ///< the marker's place; of other forms the place that was asked for
  bool marker = false;
};
std::optional<Hit> hit(const chart::Scene& scene, QPointF place);

/// The area of the data: the clip of the group "data", else what its axes span; absent in a picture without.
std::optional<chart::Box> plot_of(const chart::Scene& scene);

}  // namespace assay::gui

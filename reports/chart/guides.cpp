// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/guides.h"

#include <algorithm>
#include <cmath>

#include "reports/chart/place.h"

namespace assay::chart {

void draw_bands(Scene& scene, const std::vector<Band>& bands, const Frame& frame) {
  Group& group = scene.group("bands", frame.plot);
  for (const Band& band : bands) {
    const Axis& axis = band.vertical ? frame.x : frame.y;
    if (!showable(band.low, axis.scale()) || !showable(band.high, axis.scale())) continue;
    const double a = axis.at(band.low);
    const double b = axis.at(band.high);
    const Box box = band.vertical ? Box{std::min(a, b), frame.plot.y, std::fabs(b - a), frame.plot.height}
                                  : Box{frame.plot.x, std::min(a, b), frame.plot.width, std::fabs(b - a)};
    const std::vector<Point> corners{
        {box.x, box.y}, {box.right(), box.y}, {box.right(), box.bottom()}, {box.x, box.bottom()}};
    group.items.push_back({Polygon{corners, Role::band, 0.18}, band.name, ""});
  }
}

bool any_vertical(const std::vector<Reference>& references) {
  return std::any_of(references.begin(), references.end(), [](const Reference& r) { return r.vertical; });
}

void draw_references(Scene& scene, const std::vector<Reference>& references, const Frame& frame) {
  const bool cells = frame.metrics.cells;
  const double line = frame.metrics.line(small_size);
  Placer inside(frame.plot);
  Placer above(frame.above);
  Group& lines = scene.group("references", frame.plot);
  std::vector<Item> labels;
  for (const Reference& reference : references) {
    const Axis& axis = reference.vertical ? frame.x : frame.y;
    if (!showable(reference.value, axis.scale()) || reference.value < axis.low() ||
        reference.value > axis.high())
      continue;
    const double at = axis.at(reference.value);
    const Box& plot = frame.plot;
    const std::vector<Point> ends = reference.vertical ? std::vector<Point>{{at, plot.y}, {at, plot.bottom()}}
                                                       : std::vector<Point>{{plot.x, at}, {plot.right(), at}};
    lines.items.push_back({Polyline{ends, reference.role, 1, Dash::dashed}, reference.name, ""});
    const std::string label = elided(reference.name, plot.width * 0.4, small_size, frame.metrics);
    const double width = frame.metrics.width(label, small_size);
    const double pad = cells ? cell_width : 4;
    const auto add_label = [&](const Box& box) {
      labels.push_back({Text{{box.x, box.y + box.height / 2},
                             label,
                             Anchor::start,
                             small_size,
                             reference.role,
                             0,
                             false,
                             true},
                        label == cleaned(reference.name) ? "" : reference.name, ""});
    };
    if (reference
            .vertical) {  // above the plot, where no data are: centred on the line as far as there is room
      const double most = std::max(frame.above.x, frame.above.right() - width);
      double x = std::clamp(at - width / 2, frame.above.x, most);
      if (cells) x = std::min(std::round(x / cell_width) * cell_width, most);
      const Box box{x, frame.above.y, width, frame.above.height};
      if (at >= x && at <= x + width && above.free(box, false)) {
        above.take({box.x - pad, box.y, box.width + 2 * pad, box.height});
        add_label(box);
        continue;
      }
    }
    for (int attempt = 0; attempt < 8; ++attempt) {
      Box box{0, 0, width, line};
      if (reference.vertical) {  // right of the line, else left, then further down
        box.x = attempt % 2 == 0 ? at + pad : at - pad - width;
        box.y = plot.y + line * (attempt / 2) + (cells ? 0 : 2);
      } else {  // above the line's right end, else below, then further left
        box.x = plot.right() - pad - width - (width + 2 * pad) * (attempt / 2);
        box.y = attempt % 2 == 0 ? at - line : at;
      }
      if (cells) {
        box.x = std::floor(box.x / cell_width) * cell_width;
        box.y = std::floor(box.y / cell_height) * cell_height;
      }
      if (!inside.free(box, false)) continue;
      inside.take(box);
      add_label(box);
      break;
    }
  }
  scene.group("reference labels").items = std::move(labels);
}

}  // namespace assay::chart

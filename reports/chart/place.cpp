// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/place.h"

#include <algorithm>
#include <cmath>

namespace assay::chart {

bool overlap(const Box& a, const Box& b) {
  constexpr double touch = 1e-6;
  return a.x < b.right() - touch && b.x < a.right() - touch && a.y < b.bottom() - touch &&
         b.y < a.bottom() - touch;
}

/// Liang and Barsky's clipping (1984): the part of the line that lies inside is not empty.
bool crosses(Point a, Point b, const Box& box) {
  double from = 0;
  double to = 1;
  const auto clip = [&](double start, double delta, double low, double high) {
    if (delta == 0) return start > low && start < high;
    const double one = (low - start) / delta;
    const double other = (high - start) / delta;
    from = std::max(from, std::min(one, other));
    to = std::min(to, std::max(one, other));
    return from < to;
  };
  return clip(a.x, b.x - a.x, box.x, box.right()) && clip(a.y, b.y - a.y, box.y, box.bottom());
}

bool Placer::free(Box box, bool lines_too) const {
  if (box.x < area_.x || box.y < area_.y || box.right() > area_.right() || box.bottom() > area_.bottom())
    return false;
  if (std::any_of(boxes_.begin(), boxes_.end(), [&](const Box& taken) { return overlap(taken, box); }))
    return false;
  return !lines_too || std::none_of(lines_.begin(), lines_.end(),
                                    [&](const auto& l) { return crosses(l.first, l.second, box); });
}

std::optional<Placement> beside(Placer& placer, Point marker, double width, double height, bool cells) {
  // On cells, text sits in the rows above and below the marker's own.
  const Point middle = cells ? Point{(std::floor(marker.x / cell_width) + 0.5) * cell_width,
                                     (std::floor(marker.y / cell_height) + 0.5) * cell_height}
                             : marker;
  const double away = cells ? 1.5 * cell_width : 8;
  struct Direction {
    double x;  // -1: the text ends left of the marker, 0: it is centred on it, 1: it begins right of it
    double y;
  };
  constexpr Direction directions[] = {{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {1, 1}, {-1, -1}, {-1, 1}};
  for (const bool lines_too : {true, false}) {
    for (int ring = 1; ring <= (cells ? 3 : 4); ++ring) {
      for (const Direction& d : directions) {
        if (ring > 1 && d.y == 0) continue;
        const double up = cells || ring > 1 ? height * ring : height * 0.95;
        const double centre_x = middle.x + d.x * (d.y == 0 ? away : away / 2) + d.x * width / 2;
        const double left =
            cells ? std::floor((centre_x - width / 2) / cell_width) * cell_width : centre_x - width / 2;
        const Box box{left, middle.y + d.y * up - height / 2, width, height};
        if (!placer.free(box, lines_too)) continue;
        placer.take(
            {box.x - (cells ? cell_width : 3), box.y, box.width + (cells ? 2 * cell_width : 6), box.height});
        return Placement{{box.x, box.y + height / 2}, Anchor::start, ring > 1};
      }
    }
  }
  return std::nullopt;
}

}  // namespace assay::chart

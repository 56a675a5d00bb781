// SPDX-License-Identifier: Apache-2.0
#include "gui/view/crosshair.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "gui/view/scene_painter.h"
#include "gui/view/theme.h"
#include "reports/chart/number.h"

namespace assay::gui {

namespace {

constexpr double font_size = 10;

/// A small label with a ground of its own, kept on the sheet.
void paint_label(QPainter& painter, const chart::Scene& scene, const std::string& text, QPointF middle) {
  const QString shown = QString::fromStdString(text);
  const QFontMetricsF metrics(painter.font());
  constexpr double air = 4;
  const double width = metrics.horizontalAdvance(shown) + 2 * air;
  const double height = metrics.height() + 2;
  const double x = std::clamp(middle.x() - width / 2, 0.0, std::max(0.0, scene.width - width));
  const double y = std::clamp(middle.y() - height / 2, 0.0, std::max(0.0, scene.height - height));
  const QRectF box(x, y, width, height);
  painter.setPen(QPen(role_colour(chart::Role::muted), 1));
  painter.setBrush(role_colour(chart::Role::background));
  painter.drawRect(box);
  painter.setPen(role_colour(chart::Role::foreground));
  painter.drawText(box, static_cast<int>(Qt::AlignCenter), shown);
}

}  // namespace

std::string reading(const chart::Axis& axis, const chart::Unit& unit, double at) {
  constexpr int fewest = 3, most = 6;
  const double value = axis.value(at);
  const double step = std::abs(axis.value(at + 0.5) - axis.value(at - 0.5));
  int digits = fewest;
  if (step > 0 && value != 0)
    digits = std::clamp(static_cast<int>(std::ceil(std::log10(std::abs(value) / step))), fewest, most);
  // Nothing is nearer to 0 than a point of the sheet.
  return chart::quantity(std::abs(value) < step / 2 ? 0 : value, unit, digits);
}

std::optional<NearPoint> nearest_point(const chart::LineChart& lines, const chart::Scene& scene,
                                       QPointF place) {
  constexpr double reach = 14;    // points of the sheet
  constexpr double column = 1.5;  // of which all points are looked at, however many
  if (!scene.x || !scene.y) return std::nullopt;
  std::optional<NearPoint> best;
  double nearest = reach * reach;
  for (std::size_t s = 0; s < lines.series.size(); ++s) {
    const chart::LineSeries& line = lines.series[s];
    const auto consider = [&](std::size_t i) {
      if (!chart::showable(line.x[i], lines.x.scale) || !chart::showable(line.y[i], lines.y.scale)) return;
      const QPointF at(scene.x->at(line.x[i]), scene.y->at(line.y[i]));
      const double dx = at.x() - place.x(), dy = at.y() - place.y();
      if (dx * dx + dy * dy > nearest) return;
      nearest = dx * dx + dy * dy;
      best = NearPoint{s, i, at, {}};
    };
    const auto index = [&](double at) {
      return static_cast<std::size_t>(std::lower_bound(line.x.begin(), line.x.end(), scene.x->value(at)) -
                                      line.x.begin());
    };
    const std::size_t begin = index(place.x() - column), end = index(place.x() + column);
    for (std::size_t i = begin > 0 ? begin - 1 : 0; i < std::min(end + 1, line.x.size()); ++i) consider(i);
  }
  if (best) {
    const chart::LineSeries& line = lines.series[best->series];
    constexpr int digits = 6;
    best->title = chart::point_title(line.name, chart::quantity(line.x[best->index], lines.x.unit, digits),
                                     chart::quantity(line.y[best->index], lines.y.unit, digits));
  }
  return best;
}

void paint_crosshair(QPainter& painter, const chart::Scene& scene, QPointF at) {
  const auto plot = plot_of(scene);
  if (!plot) return;
  painter.setPen(QPen(role_colour(chart::Role::muted), 1, Qt::DotLine));
  painter.drawLine(QPointF(at.x(), plot->y), QPointF(at.x(), plot->bottom()));
  painter.drawLine(QPointF(plot->x, at.y()), QPointF(plot->right(), at.y()));
  QFont font = painter.font();
  font.setPixelSize(static_cast<int>(font_size));
  painter.setFont(font);
  constexpr double below = 10, beside = 22;
  if (scene.x)
    paint_label(painter, scene, reading(*scene.x, scene.x_unit, at.x()), {at.x(), plot->bottom() + below});
  if (scene.y)
    paint_label(painter, scene, reading(*scene.y, scene.y_unit, at.y()), {plot->x - beside, at.y()});
}

}  // namespace assay::gui

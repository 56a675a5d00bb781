// SPDX-License-Identifier: Apache-2.0
#include "gui/view/scene_painter.h"

#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>
#include <cmath>
#include <utility>

#include "reports/chart/label.h"

namespace assay::gui {

namespace {

using chart::Role;
using chart::Shape;

QPolygonF polygon(const std::vector<chart::Point>& points) {
  QPolygonF out;
  for (const auto& point : points) out << QPointF(point.x, point.y);
  return out;
}

class Drawing {
 public:
  Drawing(QPainter& painter, chart::Theme theme) : painter_(painter), theme_(theme) {}

  void operator()(const chart::Rectangle& r) const {
    painter_.fillRect(QRectF(r.box.x, r.box.y, std::max(0.0, r.box.width), std::max(0.0, r.box.height)),
                      colour(r.fill, r.opacity));
  }
  void operator()(const chart::Polyline& l) const {
    constexpr std::size_t dense =
        1500;  // points: joins, dashes and smoothing are not seen, and cost the most
    if (l.points.size() > dense) {
      painter_.setRenderHint(QPainter::Antialiasing, false);
      painter_.setPen(QPen(colour(l.stroke), 0));
      painter_.setBrush(Qt::NoBrush);
      painter_.drawPolyline(polygon(l.points));
      return;
    }
    QPen pen(colour(l.stroke), l.width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    if (l.dash == chart::Dash::dashed) pen.setDashPattern({4, 2.5});
    if (l.dash == chart::Dash::dotted) pen.setDashPattern({0.1, 2.2});
    // Level and upright lines of the frame lie on whole pixels.
    const bool straight =
        l.points.size() == 2 && (l.points[0].x == l.points[1].x || l.points[0].y == l.points[1].y);
    painter_.setRenderHint(QPainter::Antialiasing, !straight);
    painter_.setPen(pen);
    painter_.setBrush(Qt::NoBrush);
    painter_.drawPolyline(polygon(l.points));
  }
  void operator()(const chart::Polygon& p) const {
    painter_.setRenderHint(QPainter::Antialiasing, true);
    painter_.setPen(Qt::NoPen);
    painter_.setBrush(colour(p.fill, p.opacity));
    painter_.drawPolygon(polygon(p.points));
  }
  void operator()(const chart::Marker& m) const {
    if (dense_) {  // thousands lie over each other: neither form nor rim is seen, and either costs
      painter_.fillRect(QRectF(m.at.x - 1.5, m.at.y - 1.5, 3, 3), colour(m.fill));
      return;
    }
    const double r = m.size / 2;
    const double x = m.at.x;
    const double y = m.at.y;
    QPainterPath filled;
    QPainterPath strokes;
    const auto corners = [&](const std::vector<chart::Point>& points) {
      filled.addPolygon(polygon(points));
      filled.closeSubpath();
    };
    const auto line = [&](double x0, double y0, double x1, double y1) {
      strokes.moveTo(x + x0, y + y0);
      strokes.lineTo(x + x1, y + y1);
    };
    switch (m.shape) {
      case Shape::circle:
        filled.addEllipse(QPointF(x, y), r, r);
        break;
      case Shape::square:
        filled.addRect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
        break;
      case Shape::triangle:
        corners({{x, y - r * 1.2}, {x + r * 1.15, y + r * 0.85}, {x - r * 1.15, y + r * 0.85}});
        break;
      case Shape::triangle_down:
        corners({{x, y + r * 1.2}, {x - r * 1.15, y - r * 0.85}, {x + r * 1.15, y - r * 0.85}});
        break;
      case Shape::diamond:
        corners({{x, y - r * 1.25}, {x + r * 1.25, y}, {x, y + r * 1.25}, {x - r * 1.25, y}});
        break;
      case Shape::cross:
        line(-r * 0.85, -r * 0.85, r * 0.85, r * 0.85);
        line(-r * 0.85, r * 0.85, r * 0.85, -r * 0.85);
        break;
      case Shape::plus:
        line(-r, 0, r, 0);
        line(0, -r, 0, r);
        break;
      case Shape::ring:
        strokes.addEllipse(QPointF(x, y), r - 0.5, r - 0.5);
        break;
    }
    painter_.setRenderHint(QPainter::Antialiasing, true);
    if (!filled.isEmpty()) {
      painter_.strokePath(filled,
                          QPen(colour(Role::background), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
      painter_.fillPath(filled, colour(m.fill));
    }
    if (!strokes.isEmpty())
      painter_.strokePath(strokes, QPen(colour(m.fill), 2, Qt::SolidLine, Qt::RoundCap));
  }
  void operator()(const chart::Text& t) const {
    QFont font = painter_.font();
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(t.size))));
    font.setBold(t.bold);
    painter_.setFont(font);
    const QFontMetricsF metrics(font);
    const QString text = QString::fromStdString(chart::cleaned(t.text));
    const double width = metrics.horizontalAdvance(text);
    painter_.save();
    painter_.translate(t.at.x, t.at.y);
    if (t.angle != 0) painter_.rotate(t.angle);
    const double left = t.anchor == chart::Anchor::start ? 0
                        : t.anchor == chart::Anchor::end ? -width
                                                         : -width / 2;
    const QPointF base(left, t.size * 0.35);
    if (t.halo) {
      QPainterPath path;
      path.addText(base, font, text);
      painter_.setRenderHint(QPainter::Antialiasing, true);
      painter_.strokePath(path,
                          QPen(colour(Role::background), 3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    }
    painter_.setPen(colour(t.fill));
    painter_.drawText(base, text);
    painter_.restore();
  }

  void set_dense(bool dense) { dense_ = dense; }

 private:
  QColor colour(Role role, double opacity = 1) const {
    QColor colour = QColor::fromRgb(chart::colour(role, theme_));
    colour.setAlphaF(static_cast<float>(std::clamp(opacity, 0.0, 1.0)));
    return colour;
  }
  QPainter& painter_;
  chart::Theme theme_;
  bool dense_ = false;
};

}  // namespace

void paint_scene(QPainter& painter, const chart::Scene& scene, chart::Theme theme) {
  Drawing drawing(painter, theme);
  constexpr std::size_t dense = 800;  // markers of a group
  for (const chart::Group& group : scene.groups) {
    painter.save();
    drawing.set_dense(group.items.size() > dense);
    if (group.clip)
      painter.setClipRect(QRectF(group.clip->x, group.clip->y, group.clip->width, group.clip->height));
    for (const chart::Item& item : group.items) std::visit(std::as_const(drawing), item.form);
    painter.restore();
  }
}

std::optional<Hit> hit(const chart::Scene& scene, QPointF place) {
  constexpr double reach = 14;
  double nearest = reach * reach;
  std::optional<Hit> found;
  std::optional<Hit> area;
  for (const chart::Group& group : scene.groups) {
    for (const chart::Item& item : group.items) {
      if (item.title.empty() && item.id.empty()) continue;
      if (const auto* marker = std::get_if<chart::Marker>(&item.form)) {
        const double dx = marker->at.x - place.x();
        const double dy = marker->at.y - place.y();
        if (dx * dx + dy * dy > nearest) continue;
        nearest = dx * dx + dy * dy;
        found = Hit{item.title, item.id, {marker->at.x, marker->at.y}, true};
      } else if (const auto* box = std::get_if<chart::Rectangle>(&item.form)) {
        if (QRectF(box->box.x, box->box.y, box->box.width, box->box.height).contains(place))
          area = Hit{item.title, item.id, place, false};
      } else if (const auto* shape = std::get_if<chart::Polygon>(&item.form)) {
        if (polygon(shape->points).containsPoint(place, Qt::OddEvenFill))
          area = Hit{item.title, item.id, place, false};
      }
    }
  }
  return found ? found : area;
}

std::optional<chart::Box> plot_of(const chart::Scene& scene) {
  for (const chart::Group& group : scene.groups) {
    if (group.name == "data" && group.clip) return group.clip;
  }
  if (scene.x && scene.y)
    return chart::Box{scene.x->from(), scene.y->to(), scene.x->length(), scene.y->length()};
  return std::nullopt;
}

}  // namespace assay::gui

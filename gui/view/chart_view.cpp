// SPDX-License-Identifier: Apache-2.0
#include "gui/view/chart_view.h"

#include <QContextMenuEvent>
#include <QFileDialog>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QSaveFile>
#include <QToolTip>

#include "gui/model/table_model.h"
#include "gui/view/crosshair.h"
#include "gui/view/scene_painter.h"
#include "gui/view/table_view.h"
#include "gui/view/theme.h"
#include "reports/chart/decimate.h"
#include "reports/chart/svg.h"

namespace assay::gui {

ChartView::ChartView(const QString& name, QWidget* parent) : QWidget(parent) {
  setAccessibleName(name);
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void ChartView::set_draw(Draw draw) {
  lines_ = nullptr;
  point_text_ = nullptr;
  zoomable_ = false;
  shown_.reset();
  draw_ = std::move(draw);
  invalidate();
}

void ChartView::set_zoomed(ZoomedDraw draw) {
  set_draw([this, draw = std::move(draw)](const chart::Canvas& canvas) { return draw(canvas, shown_); });
  zoomable_ = true;
}

void ChartView::set_brushed(std::optional<chart::Domain> part) {
  part_ = part;
  update();
}

void ChartView::set_lines(std::shared_ptr<const chart::LineChart> lines) {
  constexpr std::size_t dense = 5000;  // points from which on they are thinned before they are laid out
  const bool same = lines_ != nullptr && lines_->title == lines->title;
  chart::Domain whole;
  auto shell = std::make_shared<chart::LineChart>(*lines);
  auto pyramids = std::make_shared<std::vector<chart::Pyramid>>();
  for (std::size_t i = 0; i < lines->series.size(); ++i) {
    const chart::LineSeries& series = lines->series[i];
    for (const double x : series.x) whole.add(x, chart::Scale::linear);
    chart::LineSeries& thin = shell->series[i];
    pyramids->emplace_back();
    if (series.x.size() < dense) continue;
    pyramids->back() = chart::Pyramid(series.x, series.y, lines->y.scale);
    for (auto* values : {&thin.x, &thin.y, &thin.low, &thin.high}) *values = {};
  }
  if (!same) shown_.reset();
  zoomable_ = true;
  lines_ = std::move(lines);
  whole_ = chart::padded(whole, chart::Scale::linear, 0.02);
  draw_ = [this, shell, pyramids](const chart::Canvas& canvas) {
    chart::LineChart part = *shell;
    if (shown_) part.x.domain = shown_;
    const chart::Domain domain = shown_.value_or(whole_);
    const chart::Axis axis(chart::Scale::linear, domain, 0, canvas.width);
    for (std::size_t i = 0; i < part.series.size(); ++i) {
      const chart::LineSeries& all = lines_->series[i];
      chart::LineSeries& thin = part.series[i];
      if (!thin.x.empty()) continue;
      for (const std::size_t k : (*pyramids)[i].decimated(axis, static_cast<std::size_t>(canvas.width))) {
        thin.x.push_back(all.x[k]);
        thin.y.push_back(all.y[k]);
        if (all.low.size() == all.y.size() && all.high.size() == all.y.size()) {
          thin.low.push_back(all.low[k]);
          thin.high.push_back(all.high[k]);
        }
      }
    }
    return chart::draw(part, canvas);
  };
  invalidate();
}

void ChartView::set_message(const std::string& text) {
  table_ = nullptr;
  set_draw([text](const chart::Canvas& canvas) {
    chart::LineChart nothing;
    nothing.empty = text;
    return chart::draw(nothing, canvas);
  });
}

const chart::Scene& ChartView::scene() {
  if (!scene_) {
    chart::Canvas canvas;
    canvas.width = std::max(160, width());
    canvas.height = std::max(90, height());
    scene_ = draw_ ? draw_(canvas) : chart::Scene{canvas.width, canvas.height, false, "", "", {}};
    if (zoomable_ && !lines_ && !shown_ && scene_->x) whole_ = {scene_->x->low(), scene_->x->high()};
    setAccessibleDescription(shown_text(scene_->title + ". " + scene_->description, 500));
  }
  return *scene_;
}

void ChartView::invalidate() {
  scene_.reset();
  update();
  if (laid_out_soon_ || !isVisible()) return;
  // Charts of a page are each laid out in an event of their own, before the one that paints them all.
  laid_out_soon_ = true;
  QMetaObject::invokeMethod(
      this,
      [this] {
        laid_out_soon_ = false;
        scene();
      },
      Qt::QueuedConnection);
}

void ChartView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), role_colour(chart::Role::background));
  const chart::Scene& picture = scene();
  if (picture.height > height() + 1) {  // as high as its rows need: all of it, smaller, before any is cut
    const double scale = height() / picture.height;
    painter.scale(scale, scale);
  }
  paint_scene(painter, picture, current_theme());
  painter.resetTransform();
  if (pressed_ && hover_ && brush_) {
    paint_part(painter, pressed_->x(), hover_->x());
  } else if (part_ && picture.x) {
    paint_part(painter, picture.x->at(part_->low), picture.x->at(part_->high));
  }
  if (hover_) {
    const auto plot = plot_of(picture);
    const auto found = found_at(*hover_);
    if (plot && QRectF(plot->x, plot->y, plot->width, plot->height).contains(*hover_))
      paint_crosshair(painter, picture, found && found->marker ? found->at : *hover_);
  }
  if (hasFocus()) {
    painter.setPen(QPen(role_colour(chart::Role::accent), 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }
}

/// What is selected of the plot, between two places of the sheet.
void ChartView::paint_part(QPainter& painter, double from, double to) {
  const auto plot = plot_of(scene());
  if (!plot) return;
  const double left = std::clamp(std::min(from, to), plot->x, plot->right());
  const double right = std::clamp(std::max(from, to), plot->x, plot->right());
  QColor colour = role_colour(chart::Role::accent);
  painter.setPen(QPen(colour, 1));
  colour.setAlpha(36);
  painter.setBrush(colour);
  painter.drawRect(QRectF(left, plot->y, std::max(1.0, right - left), plot->height));
}

void ChartView::resizeEvent(QResizeEvent*) { invalidate(); }

void ChartView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) invalidate();
  QWidget::changeEvent(event);
}

std::optional<Hit> ChartView::found_at(QPointF place) {
  const chart::Scene& picture = scene();
  const auto point = lines_ ? nearest_point(*lines_, picture, place) : std::nullopt;
  if (!point) return hit(picture, place);
  const bool told = point_text_ && point->series == 0;
  return Hit{told ? point_text_(lines_->series[0].x[point->index]) : point->title,
             lines_->series[point->series].id, point->at, true};
}

void ChartView::mouseMoveEvent(QMouseEvent* event) {
  hover_ = event->position();
  const auto found = found_at(*hover_);
  // Rich text would be read in what a database holds: escaped as a whole.
  if (found && !found->title.empty()) {
    QToolTip::showText(event->globalPosition().toPoint(),
                       "<span>" + shown_text(found->title).toHtmlEscaped() + "</span>", this);
  } else {
    QToolTip::hideText();
  }
  update();
}

void ChartView::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) pressed_ = event->position();
}

double ChartView::share_at(double x) {
  const auto plot = plot_of(scene());
  if (!plot || plot->width <= 0) return 0.5;
  return std::clamp((x - plot->x) / plot->width, 0.0, 1.0);
}

void ChartView::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !pressed_) return;
  const QPointF from = *pressed_;
  pressed_.reset();
  const bool dragged = std::abs(event->position().x() - from.x()) > 8;
  const auto plot = plot_of(scene());
  if (brush_ && dragged && !event->modifiers().testFlag(Qt::ShiftModifier) && scene().x && plot) {
    const auto value = [&](double x) { return scene().x->value(std::clamp(x, plot->x, plot->right())); };
    const double a = value(from.x()), b = value(event->position().x());
    update();
    emit brushed(std::min(a, b), std::max(a, b));
    return;
  }
  if (zoomable_ && dragged) {
    const chart::Domain now = shown_.value_or(whole_);
    const double a = share_at(std::min(from.x(), event->position().x()));
    const double b = share_at(std::max(from.x(), event->position().x()));
    if (b - a > 0.002) {
      shown_ = chart::Domain{now.low + a * (now.high - now.low), now.low + b * (now.high - now.low)};
      invalidate();
    }
    return;
  }
  const auto found = hit(scene(), event->position());
  if (found && !found->id.empty()) emit clicked(found->id);
}

void ChartView::mouseDoubleClickEvent(QMouseEvent*) { reset_zoom(); }

void ChartView::leaveEvent(QEvent*) {
  hover_.reset();
  update();
}

void ChartView::wheelEvent(QWheelEvent* event) {
  if (!zoomable_) return event->ignore();
  zoom(event->angleDelta().y() > 0 ? 0.8 : 1.25, share_at(event->position().x()));
}

void ChartView::zoom(double factor, double at) {
  if (!zoomable_ || whole_.empty()) return;
  const chart::Domain now = shown_.value_or(whole_);
  const double width = (now.high - now.low) * factor;
  if (width >= whole_.high - whole_.low) return reset_zoom();
  if (width < (whole_.high - whole_.low) * 1e-5) return;
  const double middle = now.low + at * (now.high - now.low);
  const double low = std::clamp(middle - at * width, whole_.low, whole_.high - width);
  shown_ = chart::Domain{low, low + width};
  invalidate();
}

void ChartView::pan(double share) {
  if (!shown_) return;
  const double width = shown_->high - shown_->low;
  const double low = std::clamp(shown_->low + share * width, whole_.low, whole_.high - width);
  shown_ = chart::Domain{low, low + width};
  invalidate();
}

void ChartView::reset_zoom() {
  shown_.reset();
  invalidate();
}

void ChartView::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoom(0.8, 0.5);
    case Qt::Key_Minus:
      return zoom(1.25, 0.5);
    case Qt::Key_Left:
      return pan(-0.2);
    case Qt::Key_Right:
      return pan(0.2);
    case Qt::Key_0:
    case Qt::Key_Escape:
      return reset_zoom();
    case Qt::Key_F:
      if (brush_ && shown_) emit brushed(shown_->low, shown_->high);
      return;
    case Qt::Key_T:
      return show_table();
    default:
      QWidget::keyPressEvent(event);
  }
}

void ChartView::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu(this);
  QAction* const table = menu.addAction(tr("Show as table (T)"), this, &ChartView::show_table);
  table->setEnabled(table_ != nullptr);
  menu.addAction(tr("Export as PNG, SVG or CSV..."), this, &ChartView::export_to_file);
  menu.addAction(tr("Whole range (0)"), this, &ChartView::reset_zoom)->setEnabled(shown_.has_value());
  menu.exec(event->globalPos());
}

void ChartView::show_table() {
  if (table_) show_table_window(this, shown_text(scene().title), std::make_shared<const Table>(table_()));
}

void ChartView::export_to_file() {
  const QString path = QFileDialog::getSaveFileName(this, tr("Export the chart"), "chart.svg",
                                                    tr("SVG (*.svg);;PNG (*.png);;CSV (*.csv)"));
  QString error;
  if (!path.isEmpty() && !save(path, &error)) emit failed(error);
}

bool ChartView::save(const QString& path, QString* error) {
  QSaveFile file(path);
  QByteArray bytes;
  const bool is_png = path.endsWith(".png", Qt::CaseInsensitive);
  const bool is_csv = path.endsWith(".csv", Qt::CaseInsensitive);
  if (is_csv && !table_) {
    *error = tr("This chart has no table: export it as SVG or PNG.");
    return false;
  }
  if (!is_png && !is_csv && !path.endsWith(".svg", Qt::CaseInsensitive)) {
    *error = tr("%1: the name has to end with .svg, .png or .csv").arg(path);
    return false;
  }
  if (is_csv) {
    const Table table = table_();
    bytes = QByteArray::fromStdString(csv(table, all_rows(table)));
  } else if (!is_png) {
    chart::SvgOptions options;
    options.colours = current_theme() == chart::Theme::dark ? chart::SvgOptions::Colours::dark
                                                            : chart::SvgOptions::Colours::light;
    bytes = QByteArray::fromStdString(chart::svg(scene(), options));
  }
  bool written = file.open(QIODevice::WriteOnly);
  if (written && is_png) {
    const chart::Scene& picture = scene();
    QImage image(static_cast<int>(picture.width * 2), static_cast<int>(picture.height * 2),
                 QImage::Format_RGB32);
    image.fill(role_colour(chart::Role::background));
    QPainter painter(&image);
    painter.scale(2, 2);
    paint_scene(painter, picture, current_theme());
    painter.end();
    written = image.save(&file, "PNG");
  } else if (written) {
    written = file.write(bytes) == bytes.size();
  }
  written = written && file.commit();
  if (!written) *error = tr("%1 cannot be written: %2").arg(path, file.errorString());
  return written;
}

}  // namespace assay::gui

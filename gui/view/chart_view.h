// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <functional>
#include <optional>
#include <string>

#include "gui/model/table.h"
#include "gui/view/scene_painter.h"
#include "reports/chart/lines.h"
#include "reports/chart/scene.h"

class QPainter;

namespace assay::gui {

/// A chart of reports/chart as a widget: laid out anew for its size, painted in the theme. Hovering shows
/// what lies there with a crosshair, clicking tells its id; a chart that can be zoomed does so by wheel, keys
/// (+, -, arrows, 0) and dragging, unless that selects. "Show as table" and exports hang on its context menu.
class ChartView : public QWidget {
  Q_OBJECT
 public:
  explicit ChartView(const QString& name, QWidget* parent = nullptr);

  using Draw = std::function<chart::Scene(const chart::Canvas&)>;
  void set_draw(Draw draw);
  /// A line chart, which can be zoomed along x. The same picture with other data keeps its zoom.
  void set_lines(std::shared_ptr<const chart::LineChart> lines);
  /// What is told of a point of the first line, by its x; without, its name and values. As long as the lines.
  void set_point_text(std::function<std::string(double x)> text) { point_text_ = std::move(text); }
  /// Any other chart with an axis that can be zoomed: it is told which part of it is shown, if not all.
  using ZoomedDraw = std::function<chart::Scene(const chart::Canvas&, const std::optional<chart::Domain>&)>;
  void set_zoomed(ZoomedDraw draw);
  /// Dragging selects a part of the axis instead of zooming (Shift still zooms), as F does with what is
  /// zoomed to: brushed() tells it.
  void set_brush(bool on) { brush_ = on; }
  void set_brushed(std::optional<chart::Domain> part);  ///< shown as selected
  /// Nothing but a sentence: what to do.
  void set_message(const std::string& text);
  /// What "show as table" shows.
  void set_table(std::function<Table()> table) { table_ = std::move(table); }
  std::optional<Table> table() const { return table_ ? std::optional(table_()) : std::nullopt; }
  chart::Scene scene_for(const chart::Canvas& canvas) const { return draw_(canvas); }  ///< on another sheet
  bool has_picture() const { return draw_ != nullptr; }

  const chart::Scene& scene();                     ///< as it is painted now
  bool save(const QString& path, QString* error);  ///< .png (twice as fine), .svg or .csv by the name's end
  void zoom(double factor, double at);             ///< `at`: share of the width, 0 to 1
  void pan(double share);
  void reset_zoom();

  QSize sizeHint() const override { return {640, 260}; }
  QSize minimumSizeHint() const override { return {200, 120}; }

 signals:
  void clicked(const std::string& id);
  void brushed(double low, double high);  ///< a part of the axis, by hand
  void failed(const QString& message);    ///< an export

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void invalidate();
  double share_at(double x);
  std::optional<Hit> found_at(QPointF place);  ///< what lies there: a point of the data before an area
  void paint_part(QPainter& painter, double from, double to);
  void show_table();
  void export_to_file();

  Draw draw_;
  std::shared_ptr<const chart::LineChart> lines_;
  std::function<std::string(double x)> point_text_;
  bool zoomable_ = false;
  bool brush_ = false;
  std::optional<chart::Domain> part_;   ///< shown as selected
  chart::Domain whole_;                 ///< of what can be zoomed
  std::optional<chart::Domain> shown_;  ///< the part of it that is zoomed to
  std::function<Table()> table_;
  std::optional<chart::Scene> scene_;
  bool laid_out_soon_ = false;
  std::optional<QPointF> hover_;
  std::optional<QPointF> pressed_;
};

}  // namespace assay::gui

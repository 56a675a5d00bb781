// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <functional>
#include <optional>
#include <string>

#include "gui/model/table.h"
#include "reports/chart/lines.h"
#include "reports/chart/scene.h"

namespace assay::gui {

/// A chart of reports/chart as a widget: laid out anew for its size, painted in the theme. Hovering shows
/// what lies there with a crosshair, clicking tells its id; a chart that can be zoomed does so by wheel, keys
/// (+, -, arrows, 0) and dragging. "Show as table" and exports hang on its context menu.
class ChartView : public QWidget {
  Q_OBJECT
 public:
  explicit ChartView(const QString& name, QWidget* parent = nullptr);

  using Draw = std::function<chart::Scene(const chart::Canvas&)>;
  void set_draw(Draw draw);
  /// A line chart, which can be zoomed along x. The same picture with other data keeps its zoom.
  void set_lines(std::shared_ptr<const chart::LineChart> lines);
  /// Nothing but a sentence: what to do.
  void set_message(const std::string& text);
  /// What "show as table" shows.
  void set_table(std::function<Table()> table) { table_ = std::move(table); }

  const chart::Scene& scene();                     ///< as it is painted now
  bool save(const QString& path, QString* error);  ///< .png (twice as fine), .svg or .csv by the name's end
  void zoom(double factor, double at);             ///< `at`: share of the width, 0 to 1
  void pan(double share);
  void reset_zoom();

  QSize sizeHint() const override { return {640, 260}; }
  QSize minimumSizeHint() const override { return {200, 120}; }

 signals:
  void clicked(const std::string& id);
  void failed(const QString& message);  ///< an export

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
  void show_table();
  void export_to_file();

  Draw draw_;
  std::shared_ptr<const chart::LineChart> lines_;
  chart::Domain whole_;                 ///< of lines_
  std::optional<chart::Domain> shown_;  ///< the part of it that is zoomed to
  std::function<Table()> table_;
  std::optional<chart::Scene> scene_;
  std::optional<QPointF> hover_;
  std::optional<QPointF> pressed_;
};

}  // namespace assay::gui

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QFont>
#include <QPainter>
#include <QRectF>
#include <QString>
#include <QTextLayout>
#include <functional>
#include <memory>
#include <string>

#include "reports/chart/palette.h"
#include "reports/document/document.h"

class QPdfWriter;

namespace assay::gui {

/// How a text looks on paper, sizes in points.
struct TextStyle {
  int size = 9;
  bool bold = false;
  bool mono = false;
  QColor colour = QColor(0x1f, 0x23, 0x28);
  Qt::Alignment align = Qt::AlignLeft;
};

QColor ink(chart::Role role);         ///< of a chart's palette, in light
QColor tone_ink(reports::Tone tone);  ///< plain: the text's own

/// A text broken into lines of a width; to be drawn anywhere, also across pages.
class Lines {
 public:
  Lines(const std::string& text, const TextStyle& style, double width);
  double height() const { return height_; }
  double natural_width() const { return natural_; }  ///< of its longest line
  int count() const { return layout_->lineCount(); }
  double height_of(int line) const { return layout_->lineAt(line).height(); }
  void draw(QPainter& painter, double x, double y) const;
  void draw_line(QPainter& painter, int line, double x, double y) const;

 private:
  std::unique_ptr<QTextLayout> layout_;
  QColor colour_;
  double height_ = 0;
  double natural_ = 0;
};

/// Sheets of A4, filled from the top. Everything is in points; nothing that is asked to stay together is cut
/// unless it is higher than a sheet.
class Paper {
 public:
  /// \p pages: how many there will be, for the feet; 0: not known yet.
  Paper(QPdfWriter& writer, std::string foot, int pages);
  ~Paper();

  QPainter& painter() { return painter_; }
  double left() const { return margin; }
  double width() const;
  double y() const { return y_; }
  double bottom() const;
  double whole() const { return bottom() - margin; }  ///< height of an empty sheet
  int page() const { return page_; }

  void advance(double height) { y_ += height; }
  /// A new sheet, unless so much is left. \return whether there is a new one.
  bool keep(double height);
  void text(const std::string& text, const TextStyle& style, double indent = 0, double after = 4);

 private:
  static constexpr double margin = 40;
  void foot();

  QPdfWriter& writer_;
  QPainter painter_;
  std::string foot_;
  int pages_;
  int page_ = 1;
  double y_ = margin;
};

/// Column widths follow the cells; what is too wide for a sheet goes on in further pieces that repeat the key
/// columns. Rows are whole, and each sheet has the head. At most `most` rows.
void draw_table(Paper& paper, const reports::Table& table, std::size_t most);

}  // namespace assay::gui

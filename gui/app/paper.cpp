// SPDX-License-Identifier: Apache-2.0
#include "gui/app/paper.h"

#include <QPdfWriter>
#include <QTextOption>
#include <cmath>

#include "reports/chart/label.h"

namespace assay::gui {

namespace {

constexpr double foot_height = 26;
constexpr double points_per_inch = 72;
constexpr int most_lines = 60;  // of a text: whatever a database holds, it ends

QFont font_of(const TextStyle& style) {
  QFont font(style.mono ? "DejaVu Sans Mono" : "DejaVu Sans");
  font.setStyleHint(style.mono ? QFont::Monospace : QFont::SansSerif);
  font.setPixelSize(style.size);
  font.setBold(style.bold);
  font.setHintingPreference(QFont::PreferNoHinting);
  return font;
}

}  // namespace

QColor ink(chart::Role role) { return QColor::fromRgb(chart::colour(role, chart::Theme::light)); }

QColor tone_ink(reports::Tone tone) {
  switch (tone) {
    case reports::Tone::good:
      return {0x00, 0x6e, 0x50};
    case reports::Tone::bad:
      return {0xb0, 0x2c, 0x0a};
    case reports::Tone::warning:
      return {0x7f, 0x56, 0x00};
    case reports::Tone::plain:
      break;
  }
  return ink(chart::Role::foreground);
}

Lines::Lines(const std::string& text, const TextStyle& style, double width)
    : layout_(std::make_unique<QTextLayout>(QString::fromStdString(chart::cleaned(text)), font_of(style))),
      colour_(style.colour) {
  QTextOption option(style.align);
  option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
  option.setUseDesignMetrics(true);
  layout_->setTextOption(option);
  layout_->beginLayout();
  for (int i = 0; i < most_lines; ++i) {
    QTextLine line = layout_->createLine();
    if (!line.isValid()) break;
    line.setLineWidth(std::max(width, 1.0));
    line.setPosition({0, height_});
    height_ += line.height();
    natural_ = std::max(natural_, line.naturalTextWidth());
  }
  layout_->endLayout();
}

void Lines::draw(QPainter& painter, double x, double y) const {
  painter.setPen(colour_);
  layout_->draw(&painter, {x, y});
}

void Lines::draw_line(QPainter& painter, int line, double x, double y) const {
  painter.setPen(colour_);
  const QTextLine one = layout_->lineAt(line);
  one.draw(&painter, {x, y - one.y()});
}

Paper::Paper(QPdfWriter& writer, std::string foot, int pages)
    : writer_(writer), painter_(&writer), foot_(std::move(foot)), pages_(pages) {
  const double scale = writer.resolution() / points_per_inch;
  painter_.scale(scale, scale);
  painter_.setFont(font_of({}));
}

Paper::~Paper() { foot(); }

double Paper::width() const { return writer_.width() * points_per_inch / writer_.resolution() - 2 * margin; }

double Paper::bottom() const {
  return writer_.height() * points_per_inch / writer_.resolution() - margin - foot_height;
}

void Paper::foot() {
  const double at = bottom() + foot_height / 2;
  painter_.setPen(QPen(ink(chart::Role::grid), 0.75));
  painter_.drawLine(QPointF(left(), at), QPointF(left() + width(), at));
  TextStyle style{7, false, false, ink(chart::Role::muted)};
  constexpr double number_width = 90;
  const Lines name(chart::elided(foot_, width() - number_width, style.size, {}), style, width());
  name.draw(painter_, left(), at + 5);
  style.align = Qt::AlignRight;
  const std::string of = pages_ > 0 ? " of " + std::to_string(pages_) : "";
  const Lines number("page " + std::to_string(page_) + of, style, number_width);
  number.draw(painter_, left() + width() - number_width, at + 5);
}

bool Paper::keep(double height) {
  if (y_ + std::min(height, whole()) <= bottom() + 0.01) return false;
  foot();
  writer_.newPage();
  ++page_;
  y_ = margin;
  return true;
}

void Paper::text(const std::string& text, const TextStyle& style, double indent, double after) {
  const Lines lines(text, style, width() - indent);
  for (int i = 0; i < lines.count(); ++i) {
    keep(lines.height_of(i));
    lines.draw_line(painter_, i, left() + indent, y_);
    y_ += lines.height_of(i);
  }
  y_ += after;
}

}  // namespace assay::gui

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "gui/app/paper.h"
#include "reports/document/words.h"

namespace assay::gui {

namespace {

using namespace reports;

constexpr int cell_size = 7;
constexpr double pad = 4;
constexpr double widest_text = 170;    // before it is broken into lines
constexpr double narrowest_text = 62;  // when columns are many
constexpr std::size_t most_letters = 600;

struct CellText {
  std::string text;
  std::string below;  ///< an interval
  bool mono = false;
  bool bold = false;
  QColor colour = ink(chart::Role::foreground);
};

CellText text_of(const Cell& cell) {
  CellText out;
  if (cell.tone != Tone::plain) out.colour = tone_ink(cell.tone);
  if (const auto* number = std::get_if<Number>(&cell.value)) {
    out.text = number_text(*number);
    out.below = interval_text(*number);
  } else if (std::holds_alternative<Absent>(cell.value)) {
    out.text = "\xE2\x80\x93";
    out.colour = ink(chart::Role::muted);
  } else if (std::holds_alternative<Word>(cell.value)) {
    const char* const mark = cell.tone == Tone::good      ? "\xE2\x9C\x93 "
                             : cell.tone == Tone::bad     ? "\xE2\x9C\x95 "
                             : cell.tone == Tone::warning ? "! "
                                                          : "";
    out.text = mark + cell_text(cell);
    out.bold = true;
  } else {
    out.text = cell_text(cell);
    out.mono = std::holds_alternative<Name>(cell.value);
  }
  if (out.text.size() > most_letters) out.text = out.text.substr(0, most_letters) + " ...";
  return out;
}

TextStyle style_of(const CellText& cell, bool number) {
  return {cell_size, cell.bold, cell.mono, cell.colour, number ? Qt::AlignRight : Qt::AlignLeft};
}

double natural_width(const CellText& cell, bool number) {
  constexpr double endless = 1e5;
  TextStyle style = style_of(cell, number);
  style.align = Qt::AlignLeft;
  double width = Lines(cell.text, style, endless).natural_width();
  if (!cell.below.empty()) width = std::max(width, Lines(cell.below, style, endless).natural_width());
  return width + 2 * pad + 1;
}

/// The columns of one piece, with their widths.
struct Piece {
  std::vector<std::size_t> columns;
  std::vector<double> widths;
};

/// Enough for all where there is room: else texts share what numbers leave, none narrower than its head.
Piece fitted(std::vector<std::size_t> columns, const Table& table, const std::vector<double>& natural,
             const std::vector<double>& heads, double room) {
  std::sort(columns.begin(), columns.end());
  Piece piece{std::move(columns), {}};
  double all = 0;
  for (const std::size_t c : piece.columns) all += natural[c];
  constexpr double most_stretch = 1.6;
  if (all <= room) {
    for (const std::size_t c : piece.columns)
      piece.widths.push_back(natural[c] * std::min(most_stretch, room / all));
    return piece;
  }
  std::vector<bool> settled(piece.columns.size());
  for (std::size_t i = 0; i < piece.columns.size(); ++i) {
    settled[i] = table.columns[piece.columns[i]].number;
    piece.widths.push_back(natural[piece.columns[i]]);
  }
  for (bool again = true; again;) {
    again = false;
    double left = room, texts = 0;
    for (std::size_t i = 0; i < settled.size(); ++i)
      (settled[i] ? left : texts) += settled[i] ? -piece.widths[i] : natural[piece.columns[i]];
    for (std::size_t i = 0; i < settled.size(); ++i) {
      if (settled[i]) continue;
      const std::size_t c = piece.columns[i];
      piece.widths[i] = natural[c] * std::max(left, 1.0) / texts;
      if (piece.widths[i] >= heads[c]) continue;
      piece.widths[i] = heads[c];
      settled[i] = again = true;
      break;
    }
  }
  return piece;
}

std::vector<Piece> pieces_of(const Table& table, const std::vector<double>& natural,
                             const std::vector<double>& heads, double room) {
  const auto least = [&](std::size_t c) {
    return table.columns[c].number ? natural[c] : std::max(heads[c], std::min(natural[c], narrowest_text));
  };
  std::vector<std::size_t> keys;
  double keys_width = 0;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].key && keys_width < room / 3) {
      keys.push_back(c);
      keys_width += std::min(natural[c], room / 3);
    }
  }
  std::vector<Piece> pieces;
  std::vector<std::size_t> columns = keys;
  double used = keys_width;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (std::find(keys.begin(), keys.end(), c) != keys.end()) continue;
    if (used + least(c) > room && columns.size() > keys.size()) {
      pieces.push_back(fitted(std::exchange(columns, keys), table, natural, heads, room));
      used = keys_width;
    }
    columns.push_back(c);
    used += least(c);
  }
  if (columns.size() > keys.size() || pieces.empty())
    pieces.push_back(fitted(std::move(columns), table, natural, heads, room));
  return pieces;
}

class TableDrawing {
 public:
  TableDrawing(Paper& paper, const Table& table, const Piece& piece)
      : paper_(paper), table_(table), piece_(piece) {}

  void draw(const std::string& title, std::size_t rows) {
    std::vector<Lines> head;
    for (std::size_t i = 0; i < piece_.columns.size(); ++i) {
      const Column& column = table_.columns[piece_.columns[i]];
      const TextStyle style{cell_size, true, false, ink(chart::Role::foreground),
                            column.number ? Qt::AlignRight : Qt::AlignLeft};
      head_height_ = std::max(head_height_, head.emplace_back(column.title, style, inner(i)).height());
    }
    head_height_ += 2 * pad;
    const Lines caption(title, {8, false, false, ink(chart::Role::muted)}, paper_.width());
    constexpr double first_rows = 40;
    paper_.keep(caption.height() + 4 + head_height_ + first_rows);
    caption.draw(paper_.painter(), paper_.left(), paper_.y());
    paper_.advance(caption.height() + 4);
    draw_head(head);
    for (std::size_t r = 0; r < rows; ++r) draw_row(table_.rows[r], head);
    paper_.advance(10);
  }

 private:
  double inner(std::size_t place) const { return piece_.widths[place] - 2 * pad; }
  double whole_width() const {
    double width = 0;
    for (const double one : piece_.widths) width += one;
    return width;
  }
  void rule(double weight) {
    paper_.painter().setPen(QPen(QColor(0xd8, 0xdd, 0xe3), weight));
    paper_.painter().drawLine(QPointF(paper_.left(), paper_.y()),
                              QPointF(paper_.left() + whole_width(), paper_.y()));
  }
  void draw_head(const std::vector<Lines>& head) {
    paper_.painter().fillRect(QRectF(paper_.left(), paper_.y(), whole_width(), head_height_),
                              QColor(0xee, 0xf1, 0xf4));
    double x = paper_.left();
    for (std::size_t i = 0; i < head.size(); ++i) {
      head[i].draw(paper_.painter(), x + pad, paper_.y() + pad);
      x += piece_.widths[i];
    }
    paper_.advance(head_height_);
  }
  void draw_row(const std::vector<Cell>& row, const std::vector<Lines>& head) {
    std::vector<Lines> above, below;
    double height = 0;
    for (std::size_t i = 0; i < piece_.columns.size(); ++i) {
      const CellText cell = text_of(row[piece_.columns[i]]);
      TextStyle style = style_of(cell, table_.columns[piece_.columns[i]].number);
      above.emplace_back(cell.text, style, inner(i));
      style.size = cell_size - 1;
      style.colour = ink(chart::Role::muted);
      below.emplace_back(cell.below, style, inner(i));
      height = std::max(height, above.back().height() + (cell.below.empty() ? 0 : below.back().height()));
    }
    height += 2 * pad - 2;
    if (paper_.keep(height)) draw_head(head);
    double x = paper_.left();
    for (std::size_t i = 0; i < above.size(); ++i) {
      const double y = paper_.y() + pad - 1;
      above[i].draw(paper_.painter(), x + pad, y);
      below[i].draw(paper_.painter(), x + pad, y + above[i].height());
      x += piece_.widths[i];
    }
    paper_.advance(height);
    rule(0.5);
  }

  Paper& paper_;
  const Table& table_;
  const Piece& piece_;
  double head_height_ = 0;
};

}  // namespace

void draw_table(Paper& paper, const Table& table, std::size_t most) {
  const std::size_t rows = std::min(table.rows.size(), most);
  std::vector<double> natural, heads;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const bool number = table.columns[c].number;
    CellText head;
    head.text = table.columns[c].title;
    head.bold = true;
    constexpr double widest_head = 70;
    double width = std::min(natural_width(head, number), widest_text);
    heads.push_back(std::min(width, widest_head));
    for (std::size_t r = 0; r < rows; ++r)
      width = std::max(width, std::min(natural_width(text_of(table.rows[r][c]), number), widest_text));
    natural.push_back(width);
  }
  if (table.columns.empty()) return;
  const std::vector<Piece> pieces = pieces_of(table, natural, heads, paper.width());
  for (std::size_t i = 0; i < pieces.size(); ++i)
    TableDrawing(paper, table, pieces[i]).draw(table.title + (i == 0 ? "" : ", continued"), rows);
  if (rows < table.rows.size())
    paper.text(std::to_string(table.rows.size() - rows) + " more rows: in the report's CSV, HTML and JSON",
               {8, false, false, ink(chart::Role::muted)});
}

}  // namespace assay::gui

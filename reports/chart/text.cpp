// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "reports/chart/label.h"

namespace assay::chart {
namespace {

enum Side : std::uint8_t { left = 1, right = 2, up = 4, down = 8 };

/// What lies in a cell; the first of these that is there is shown: a text or marker, box lines, dots, blocks,
/// shade.
struct Cell {
  char32_t glyph = 0;
  bool continued = false;    // the second column of a wide character
  std::uint8_t sides = 0;    // box drawing: Side
  std::uint8_t dots = 0;     // braille, bit = column * 4 + row
  std::uint8_t across = 0;   // eighths filled from the left, of the full height
  std::uint8_t upwards = 0;  // eighths filled from the bottom, of the full width
  bool shade = false;
  std::u32string marks;  // combining
};

constexpr std::array<char32_t, 16> boxes = {U' ', U'╴', U'╶', U'─', U'╵', U'┘', U'└', U'┴',
                                            U'╷', U'┐', U'┌', U'┬', U'│', U'┤', U'├', U'┼'};
constexpr std::array<char32_t, 9> from_left = {U' ', U'▏', U'▎', U'▍', U'▌', U'▋', U'▊', U'▉', U'█'};
constexpr std::array<char32_t, 9> from_below = {U' ', U'▁', U'▂', U'▃', U'▄', U'▅', U'▆', U'▇', U'█'};
constexpr std::array<char32_t, 8> markers = {U'●', U'■', U'▲', U'◆', U'×', U'+', U'▼', U'○'};
constexpr std::array<char32_t, 8> ascii_markers = {U'o', U'#', U'^', U'*', U'x', U'+', U'v', U'@'};

char32_t plain(char32_t code) {
  if (code < 0x7F) return code;
  constexpr std::pair<char32_t, char32_t> like[] = {
      {U'…', U'~'}, {U'×', U'x'}, {U'µ', U'u'}, {U'−', U'-'}, {U'±', U'~'}};
  for (const auto& [from, to] : like) {
    if (code == from) return to;
  }
  return U'?';
}

class Raster {
 public:
  Raster(const Scene& scene, bool ascii)
      : columns_(static_cast<int>(std::clamp(std::ceil(scene.width / cell_width), 1.0, 2000.0))),
        rows_(static_cast<int>(std::clamp(std::ceil(scene.height / cell_height), 1.0, 2000.0))),
        ascii_(ascii),
        cells_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_)) {}

  void clip(const std::optional<Box>& box) {
    clip_ = box.value_or(Box{0, 0, columns_ * cell_width, rows_ * cell_height});
  }

  void operator()(const Rectangle& r) {
    const double x0 = std::max(r.box.x, clip_.x);
    const double x1 = std::min(r.box.right(), clip_.right());
    const double y0 = std::max(r.box.y, clip_.y);
    const double y1 = std::min(r.box.bottom(), clip_.bottom());
    for (int row = row_of(y0); row <= row_of(y1); ++row) {
      const double high = share(y0, y1, row * cell_height, cell_height);
      for (int column = column_of(x0); column <= column_of(x1); ++column) {
        Cell* cell = at(column, row);
        const double width = share(x0, x1, column * cell_width, cell_width);
        if (cell == nullptr || high <= 0 || width <= 0) continue;
        // Terminals have blocks that grow from the left or from below: the fuller extent counts as whole.
        if (high >= width) {
          if (high >= 0.4) cell->across = std::max(cell->across, eighths(width));
        } else if (width >= 0.4) {
          cell->upwards = std::max(cell->upwards, eighths(high));
        }
      }
    }
  }

  void operator()(const Polyline& l) {
    if (l.stroke == Role::grid) return;
    if (l.points.size() == 2 && l.points[0].y == l.points[1].y) return level(l);
    if (l.points.size() == 2 && l.points[0].x == l.points[1].x) return upright(l);
    for (std::size_t i = 1; i < l.points.size(); ++i) stroke(l.points[i - 1], l.points[i]);
  }

  /// Shade in cells whose middle lies inside (even-odd rule).
  void operator()(const Polygon& p) {
    for (int row = row_of(clip_.y); row <= row_of(clip_.bottom()); ++row) {
      const double y = (row + 0.5) * cell_height;
      std::vector<double> crossings;
      for (std::size_t i = 0; i < p.points.size(); ++i) {
        const Point& a = p.points[i];
        const Point& b = p.points[(i + 1) % p.points.size()];
        if ((a.y <= y) != (b.y <= y)) crossings.push_back(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
      }
      std::sort(crossings.begin(), crossings.end());
      for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
        const int last = column_of(std::min(crossings[i + 1], clip_.right()) - cell_width / 2);
        for (int column = column_of(std::max(crossings[i], clip_.x) + cell_width / 2); column <= last;
             ++column) {
          if (Cell* cell = at(column, row)) cell->shade = true;
        }
      }
    }
  }

  void operator()(const Marker& m) {
    if (!inside(m.at)) return;
    const auto shape = static_cast<std::size_t>(m.shape);
    if (Cell* cell = at(column_of(m.at.x), row_of(m.at.y)))
      cell->glyph = ascii_ ? ascii_markers[shape] : markers[shape];
  }

  void operator()(const Text& t) {
    std::vector<char32_t> codes = shown(t.text);
    if (ascii_) {
      std::erase_if(codes, [](char32_t c) { return columns_of(c) == 0; });
      for (char32_t& c : codes) c = plain(c);
    }
    int width = 0;
    for (const char32_t c : codes) width += columns_of(c);
    double x = t.at.x;
    if (t.anchor != Anchor::start) x -= width * cell_width * (t.anchor == Anchor::middle ? 0.5 : 1);
    int column = static_cast<int>(std::floor(x / cell_width + 0.25));
    const int row = row_of(t.at.y);
    Cell* before = nullptr;
    for (const char32_t c : codes) {
      const int span = columns_of(c);
      if (span == 0) {
        if (before != nullptr) before->marks += c;
        continue;
      }
      before = column + span <= columns_ ? at(column, row) : nullptr;
      if (before != nullptr) put(*before, column, row, c, span);
      column += span;
    }
  }

  std::string written() const {
    std::string out;
    for (int row = 0; row < rows_; ++row) {
      std::string line;
      for (int column = 0; column < columns_; ++column) {
        const Cell& cell = cells_[index(column, row)];
        if (cell.continued) continue;
        append_utf8(line, ascii_ ? ascii_glyph(cell) : glyph(cell));
        for (const char32_t mark : cell.marks) append_utf8(line, mark);
      }
      out += line.erase(line.find_last_not_of(' ') + 1) + "\n";
    }
    return out;
  }

 private:
  std::size_t index(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(column);
  }
  Cell* at(int column, int row) {
    const bool on = column >= 0 && row >= 0 && column < columns_ && row < rows_;
    return on ? &cells_[index(column, row)] : nullptr;
  }
  static int column_of(double x) {
    return static_cast<int>(std::floor(std::clamp(x, -1e6, 1e6) / cell_width));
  }
  static int row_of(double y) { return static_cast<int>(std::floor(std::clamp(y, -1e6, 1e6) / cell_height)); }
  bool inside(Point p) const {
    return p.x >= clip_.x && p.x < clip_.right() && p.y >= clip_.y && p.y < clip_.bottom();
  }
  static double share(double from, double to, double start, double size) {
    return (std::min(to, start + size) - std::max(from, start)) / size;
  }
  static std::uint8_t eighths(double share) {
    return static_cast<std::uint8_t>(std::clamp(std::ceil(share * 8 - 0.5), share > 0 ? 1.0 : 0.0, 8.0));
  }

  void put(Cell& cell, int column, int row, char32_t code, int span) {
    // What is left of a wide character that this one covers by half goes.
    if (cell.continued) {
      if (Cell* owner = at(column - 1, row)) *owner = Cell{};
    }
    if (Cell* next = at(column + span, row); next != nullptr && next->continued) *next = Cell{};
    cell = Cell{};
    cell.glyph = code;
    if (span == 2) {
      Cell& second = *at(column + 1, row);
      second = Cell{};
      second.continued = true;
    }
  }

  void level(const Polyline& l) {
    const double y = l.points[0].y;
    const double from = std::max(std::min(l.points[0].x, l.points[1].x), clip_.x);
    const double to = std::min(std::max(l.points[0].x, l.points[1].x), clip_.right());
    if (y < clip_.y || y >= clip_.bottom() || from > to) return;
    for (int column = column_of(from); column <= column_of(to); ++column) {
      const double start = column * cell_width;
      std::uint8_t sides = 0;
      if (share(from, to, start, cell_width / 2) >= 0.5) sides |= left;
      if (share(from, to, start + cell_width / 2, cell_width / 2) >= 0.5) sides |= right;
      join(column, row_of(y), sides);
    }
  }

  void upright(const Polyline& l) {
    const double x = l.points[0].x;
    const double from = std::max(std::min(l.points[0].y, l.points[1].y), clip_.y);
    const double to = std::min(std::max(l.points[0].y, l.points[1].y), clip_.bottom());
    if (x < clip_.x || x >= clip_.right() || from > to) return;
    for (int row = row_of(from); row <= row_of(to); ++row) {
      const double start = row * cell_height;
      std::uint8_t sides = 0;
      if (share(from, to, start, cell_height / 2) >= 0.5) sides |= up;
      if (share(from, to, start + cell_height / 2, cell_height / 2) >= 0.5) sides |= down;
      join(column_of(x), row, sides);
    }
  }

  void join(int column, int row, std::uint8_t sides) {
    if (Cell* cell = at(column, row)) cell->sides |= sides;
  }

  void stroke(Point a, Point b) {
    // At most as many steps as the sheet has dots across: ends far outside cost nothing more.
    const double dots = std::max(std::fabs(b.x - a.x), std::fabs(b.y - a.y)) / (cell_width / 2);
    const int steps = static_cast<int>(std::min(std::ceil(dots * 1.5), 60000.0));
    for (int i = 0; i <= steps; ++i) {
      const double t = steps == 0 ? 0 : static_cast<double>(i) / steps;
      const Point p{a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
      if (!inside(p)) continue;
      Cell* cell = at(column_of(p.x), row_of(p.y));
      if (cell == nullptr) continue;
      const int column =
          std::clamp(static_cast<int>((p.x - column_of(p.x) * cell_width) / (cell_width / 2)), 0, 1);
      const int row =
          std::clamp(static_cast<int>((p.y - row_of(p.y) * cell_height) / (cell_height / 4)), 0, 3);
      cell->dots |= static_cast<std::uint8_t>(1u << (column * 4 + row));
    }
  }

  static char32_t glyph(const Cell& cell) {
    if (cell.glyph != 0) return cell.glyph;
    if (cell.sides != 0) return boxes[cell.sides];
    if (cell.dots != 0) {
      // Braille counts its dots 1-2-3-7 down the left column, 4-5-6-8 down the right.
      constexpr std::array<std::uint8_t, 8> bits = {0, 1, 2, 6, 3, 4, 5, 7};
      char32_t code = 0x2800;
      for (std::size_t i = 0; i < 8; ++i) {
        if ((cell.dots >> i & 1) != 0) code |= char32_t{1} << bits[i];
      }
      return code;
    }
    if (cell.across != 0) return from_left[cell.across];
    if (cell.upwards != 0) return from_below[cell.upwards];
    return cell.shade ? U'░' : U' ';
  }

  static char32_t ascii_glyph(const Cell& cell) {
    if (cell.glyph != 0) return cell.glyph;
    if (cell.sides != 0) {
      const bool flat = (cell.sides & (left | right)) != 0;
      const bool tall = (cell.sides & (up | down)) != 0;
      return flat && tall ? U'+' : flat ? U'-' : U'|';
    }
    if (cell.dots != 0) {
      const int rows = (cell.dots | cell.dots >> 4) & 0xF;
      return rows == 1         ? U'\''
             : rows == 8       ? U'.'
             : (rows & 9) == 9 ? U'|'
             : (rows & 1) != 0 ? U'\''
             : (rows & 8) != 0 ? U'.'
                               : U'-';
    }
    if (cell.across >= 4 || cell.upwards >= 4) return U'#';
    if (cell.across != 0 || cell.upwards != 0) return cell.across != 0 ? U'|' : U'_';
    return cell.shade ? U':' : U' ';
  }

  int columns_;
  int rows_;
  bool ascii_;
  std::vector<Cell> cells_;
  Box clip_;
};

}  // namespace

std::string text(const Scene& scene, const TextOptions& options) {
  Raster raster(scene, options.ascii);
  for (const bool labels : {false, true}) {
    for (const Group& group : scene.groups) {
      raster.clip(group.clip);
      for (const Item& item : group.items) {
        if (std::holds_alternative<Text>(item.form) == labels) std::visit(raster, item.form);
      }
    }
  }
  return raster.written();
}

}  // namespace assay::chart

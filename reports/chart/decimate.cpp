// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/decimate.h"

#include <algorithm>
#include <cmath>

namespace assay::chart {
namespace {

constexpr std::uint32_t absent = 0xFFFFFFFF;
constexpr std::size_t fan = 16;

/// Values of x at which columns begin; one more for the end.
std::vector<double> boundaries(const Axis& axis, std::size_t columns) {
  std::vector<double> values(columns + 1);
  const double width = (axis.to() - axis.from()) / static_cast<double>(columns);
  for (std::size_t i = 0; i <= columns; ++i)
    values[i] = axis.value(axis.from() + width * static_cast<double>(i));
  values.front() = axis.low();
  values.back() = std::nextafter(axis.high(), INFINITY);
  return values;
}

void append(std::vector<std::size_t>& out, std::initializer_list<std::size_t> ascending) {
  for (const std::size_t index : ascending) {
    if (out.empty() || out.back() < index) out.push_back(index);
  }
}

void append_column(std::vector<std::size_t>& out, std::size_t first, std::size_t lowest, std::size_t highest,
                   std::size_t last) {
  append(out, {first, std::min(lowest, highest), std::max(lowest, highest), last});
}

}  // namespace

std::vector<std::size_t> decimated(std::span<const double> x, std::span<const double> y, const Axis& axis,
                                   std::size_t columns, Scale y_scale) {
  std::vector<std::size_t> out;
  const std::size_t count = std::min(x.size(), y.size());
  if (columns == 0) return out;
  const std::vector<double> bounds = boundaries(axis, columns);
  const Scale scale = axis.scale();
  std::size_t before = count;  // the last one left of the picture
  std::size_t column = 0;
  std::size_t first = count;
  std::size_t lowest = 0;
  std::size_t highest = 0;
  std::size_t last = 0;
  const auto flush = [&] {
    if (first != count) append_column(out, first, lowest, highest, last);
    first = count;
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (!showable(y[i], y_scale) || !showable(x[i], scale)) continue;
    if (x[i] < bounds.front()) {
      before = i;
      continue;
    }
    if (before != count) out.push_back(before);
    before = count;
    if (x[i] >= bounds.back()) {
      flush();
      append(out, {i});
      return out;
    }
    if (x[i] >= bounds[column + 1]) {
      flush();
      while (x[i] >= bounds[column + 1]) ++column;
    }
    if (first == count) first = lowest = highest = i;
    if (y[i] < y[lowest]) lowest = i;
    if (y[i] > y[highest]) highest = i;
    last = i;
  }
  flush();
  if (before != count) out.push_back(before);
  return out;
}

Pyramid::Pyramid(std::span<const double> x, std::span<const double> y, Scale y_scale)
    : x_(x), y_(y), y_scale_(y_scale) {
  const std::size_t count = std::min(x.size(), y.size());
  x_ = x.first(count);
  y_ = y.first(count);
  for (std::size_t size = count; size > fan; size = levels_.back().size()) {
    const std::size_t level = levels_.size();
    std::vector<Extremes> next((size + fan - 1) / fan, {absent, absent});
    for (std::size_t i = 0; i < next.size(); ++i)
      widen(next[i], level, i * fan, std::min(size, (i + 1) * fan));
    levels_.push_back(std::move(next));
  }
}

void Pyramid::widen(Extremes& sofar, Extremes with) const {
  if (with.lowest == absent) return;
  if (sofar.lowest == absent || y_[with.lowest] < y_[sofar.lowest]) sofar.lowest = with.lowest;
  if (sofar.highest == absent || y_[with.highest] > y_[sofar.highest]) sofar.highest = with.highest;
}

/// Level 0 here is the points themselves, level k the runs of 16^k: levels_[k - 1].
void Pyramid::widen(Extremes& sofar, std::size_t level, std::size_t first, std::size_t last) const {
  for (std::size_t i = first; i < last; ++i) {
    if (level > 0) {
      widen(sofar, levels_[level - 1][i]);
    } else if (showable(y_[i], y_scale_)) {
      const auto index = static_cast<std::uint32_t>(i);
      widen(sofar, {index, index});
    }
  }
}

/// From the left, up through the levels while runs are whole, then down again: ascending, so that ties go to
/// the earlier point as in one pass.
Pyramid::Extremes Pyramid::of(std::size_t first, std::size_t last) const {
  Extremes sofar{absent, absent};
  std::size_t level = 0;
  std::size_t run = 1;  // points in an entry of the level
  while (first < last) {
    while (level < levels_.size() && first % (run * fan) == 0 && first + run * fan <= last) {
      run *= fan;
      ++level;
    }
    while (first % run != 0 || first + run > last) {
      run /= fan;
      --level;
    }
    widen(sofar, level, first / run, first / run + 1);
    first += run;
  }
  return sofar;
}

std::vector<std::size_t> Pyramid::decimated(const Axis& axis, std::size_t columns) const {
  std::vector<std::size_t> out;
  if (columns == 0 || x_.empty()) return out;
  const std::vector<double> bounds = boundaries(axis, columns);
  const auto index_of = [&](std::size_t from, double value) {
    const auto begin = x_.begin() + static_cast<std::ptrdiff_t>(from);
    return static_cast<std::size_t>(std::lower_bound(begin, x_.end(), value) - x_.begin());
  };
  const auto shown = [&](std::size_t i) {
    return showable(y_[i], y_scale_) && showable(x_[i], axis.scale());
  };
  std::size_t at = index_of(0, bounds.front());
  for (std::size_t i = at; i-- > 0;) {
    if (shown(i)) {
      out.push_back(i);
      break;
    }
  }
  for (std::size_t column = 0; column < columns && at < x_.size(); ++column) {
    std::size_t first = at;
    std::size_t last = index_of(at, bounds[column + 1]);
    at = last;
    while (first < last && !shown(first)) ++first;
    while (first < last && !shown(last - 1)) --last;
    if (first == last) continue;
    const Extremes extremes = of(first, last);
    append_column(out, first, extremes.lowest, extremes.highest, last - 1);
  }
  while (at < x_.size() && !shown(at)) ++at;
  if (at < x_.size()) out.push_back(at);
  return out;
}

}  // namespace assay::chart

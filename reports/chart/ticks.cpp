// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/ticks.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace assay::chart {
namespace {

/// Nice numbers after Heckbert ("Nice Numbers for Graph Labels", Graphics Gems, 1990), and 2.5, so that no
/// step is more than twice the one before: the least step of 1, 2, 2.5, 5 x 10^k that is not smaller than
/// `raw`.
double nice_step(double raw) {
  double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (;;) {
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
      if (factor * power >= raw * (1 - 1e-12)) return factor * power;
    }
    power *= 10;
  }
}

double nice_step(double raw, const Unit& unit) {
  return unit.kind == Unit::Kind::bytes ? std::exp2(std::ceil(std::log2(raw) - 1e-12)) : nice_step(raw);
}

int decimals_for(double step) {
  for (int decimals = 0; decimals < 15; ++decimals) {
    const double scaled = step * std::pow(10.0, decimals);
    if (scaled >= 0.5 && std::fabs(scaled - std::round(scaled)) <= 1e-6 * scaled) return decimals;
  }
  return 15;
}

std::size_t labels(const std::vector<Tick>& ticks) {
  return static_cast<std::size_t>(
      std::count_if(ticks.begin(), ticks.end(), [](const Tick& t) { return !t.label.empty(); }));
}

/// Takes the label from a tick whose text an earlier one has already.
std::vector<Tick> unique_labels(std::vector<Tick> ticks) {
  std::set<std::string> seen;
  for (Tick& tick : ticks) {
    if (!tick.label.empty() && !seen.insert(tick.label).second) tick.label.clear();
  }
  return ticks;
}

/// mantissa x base^exponent for every exponent that is a multiple of `every`.
std::vector<Tick> powers(double low, double high, double base, int every,
                         std::initializer_list<double> mantissas, const Unit& unit) {
  std::vector<Tick> ticks;
  const double span = std::log(base) * every;
  const int first = static_cast<int>(std::floor(std::log(low) / span)) - 1;
  const int last = static_cast<int>(std::ceil(std::log(high) / span)) + 1;
  for (int i = first; i <= last; ++i) {
    const double power = std::pow(base, i * every);
    for (const double mantissa : mantissas) {
      const double value = mantissa * power;
      if (value >= low * (1 - 1e-12) && value <= high * (1 + 1e-12))
        ticks.push_back({value, quantity(value, unit, 4)});
    }
  }
  return ticks;
}

/// Adds unlabelled ticks where none stands.
void add_minor(std::vector<Tick>& ticks, const std::vector<Tick>& candidates) {
  const std::size_t major = ticks.size();
  for (const Tick& candidate : candidates) {
    const auto near = [&](const Tick& t) { return std::fabs(t.value / candidate.value - 1) < 1e-9; };
    if (std::none_of(ticks.begin(), ticks.begin() + static_cast<std::ptrdiff_t>(major), near)) {
      ticks.push_back({candidate.value, ""});
    }
  }
  std::sort(ticks.begin(), ticks.end(), [](const Tick& a, const Tick& b) { return a.value < b.value; });
}

}  // namespace

std::vector<Tick> linear_ticks(double low, double high, std::size_t most, const Unit& unit) {
  std::vector<Tick> ticks;
  if (!std::isfinite(low) || !std::isfinite(high) || low > high || most == 0) return ticks;
  const double extent = high / 2 - low / 2;  // halved: no overflow
  const double magnitude = std::max(std::fabs(low), std::fabs(high));
  constexpr double least_extent = 1e-300;  // a part of it is still a number that can be divided by
  if (!(extent > std::max(1e-12 * magnitude, least_extent))) return {{low, quantity(low, unit, 6)}};
  double step = nice_step(extent / static_cast<double>(most + 1) * 2, unit);
  double first = 0;
  double last = 0;
  for (;; step = nice_step(step * 1.1, unit)) {
    first = std::ceil(low / step - 1e-9);
    last = std::floor(high / step + 1e-9);
    if (last - first + 1 <= static_cast<double>(most)) break;
  }
  const Multiple multiple = multiple_of(std::max(std::fabs(first), std::fabs(last)) * step, unit);
  const double shown_step = step / multiple.factor;
  const double shown_most = std::max(std::fabs(first), std::fabs(last)) * shown_step;
  const bool scientific = shown_most >= 1e7 || shown_step < 1e-6;
  const int decimals = decimals_for(shown_step);
  for (double i = first; i <= last; ++i) {
    const double value = i * step;
    std::string label = i == 0 && unit.kind != Unit::Kind::ratio ? "0"
                        : scientific                             ? quantity(value, unit, 12)
                                     : fixed(i * shown_step, decimals) + multiple.suffix;
    ticks.push_back({value, std::move(label)});
  }
  return unique_labels(std::move(ticks));
}

std::vector<Tick> log_ticks(double low, double high, std::size_t most, const Unit& unit) {
  if (!(low > 0) || !std::isfinite(high) || low > high || most == 0) return {};
  std::vector<Tick> ticks;
  if (unit.kind == Unit::Kind::bytes) {
    ticks = powers(low, high, 2, 1, {1.0}, unit);
    for (const int every : {2, 5, 10, 20, 50, 100, 200, 500, 1000}) {
      if (ticks.size() <= most) break;
      ticks = powers(low, high, 2, every, {1.0}, unit);
    }
  } else {
    ticks = powers(low, high, 10, 1, {1.0, 2.0, 5.0}, unit);
    if (ticks.size() > most) {
      const std::vector<Tick> minor = std::move(ticks);
      ticks = powers(low, high, 10, 1, {1.0}, unit);
      const bool decades = ticks.size() <= most;
      for (int every = 2; ticks.size() > most; ++every) ticks = powers(low, high, 10, every, {1.0}, unit);
      if (decades) add_minor(ticks, minor);
    }
  }
  if (labels(ticks) < std::min<std::size_t>(3, most)) {
    std::vector<Tick> linear = linear_ticks(low, high, most, unit);
    std::erase_if(linear, [](const Tick& t) { return t.value <= 0; });
    if (high / low < 20 && labels(linear) > labels(ticks)) return linear;
  }
  return unique_labels(std::move(ticks));
}

std::vector<Tick> fitting_ticks(const Axis& axis, const Unit& unit, bool vertical, double size,
                                Metrics metrics) {
  const double line = metrics.line(size);
  const double pitch = vertical ? line * (metrics.cells ? 2 : 2.4) : line * 5;
  auto most = static_cast<std::size_t>(std::clamp(axis.length() / pitch, 2.0, 12.0));
  for (;; --most) {
    std::vector<Tick> ticks = axis.scale() == Scale::linear
                                  ? linear_ticks(axis.low(), axis.high(), most, unit)
                                  : log_ticks(axis.low(), axis.high(), most, unit);
    double free_from = -1e300;
    bool fits = true;
    std::vector<std::pair<double, double>> extents;
    for (const Tick& tick : ticks) {
      if (tick.label.empty()) continue;
      const double half = (vertical ? line : metrics.width(tick.label, size)) / 2;
      extents.emplace_back(axis.at(tick.value) - half, axis.at(tick.value) + half);
    }
    std::sort(extents.begin(), extents.end());
    const double gap = vertical ? 0 : metrics.cells ? 12 : size * 0.9;
    for (const auto& [from, to] : extents) {
      fits = fits && from >= free_from;
      free_from = to + gap;
    }
    if (fits || most <= 1) return ticks;
  }
}

}  // namespace assay::chart

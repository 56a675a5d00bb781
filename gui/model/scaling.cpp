// SPDX-License-Identifier: Apache-2.0
#include "gui/model/scaling.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "gui/model/words.h"
#include "harness/core/value.h"

namespace assay::gui {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// The row's place on the axis, as a number.
std::optional<double> place_of(const ResultRow& row, const std::string& axis) {
  if (axis == "threads") return row.threads > 0 ? std::optional<double>(row.threads) : std::nullopt;
  for (const Params* params : {&row.value.params, &row.params}) {
    const auto found = params->find(axis);
    if (found == params->end()) continue;
    if (const auto* integer = std::get_if<std::int64_t>(&found->second)) return static_cast<double>(*integer);
    if (const auto* real = std::get_if<double>(&found->second)) return *real;
    return std::nullopt;
  }
  return std::nullopt;
}

struct Step {
  double ratio = 1;
  double low = unknown;
  double high = unknown;
};

struct Curve {
  std::string key;
  std::map<double, Step> steps;  ///< by place
};

void add_pair(std::vector<Curve>& curves, const Pair& pair, const std::string& axis, bool to_front) {
  const Verdict* const verdict = pair.headline();
  if (verdict == nullptr || !verdict->ratio || *verdict->ratio <= 0 || !pair.base || !pair.candidate) return;
  const auto from = place_of(*pair.base, axis);
  const auto to = place_of(*pair.candidate, axis);
  if (!from || !to || *from <= 0 || *to <= 0) return;
  auto curve =
      std::find_if(curves.begin(), curves.end(), [&](const Curve& one) { return one.key == pair.key; });
  if (curve == curves.end()) {
    curve = curves.insert(to_front ? curves.begin() : curves.end(), {pair.key, {}});
    curve->steps[*from] = {};
  }
  curve->steps[*to] = {*verdict->ratio, verdict->ci_low.value_or(unknown),
                       verdict->ci_high.value_or(unknown)};
}

chart::LineSeries line_of(const Curve& curve, const std::string& name) {
  chart::LineSeries line;
  line.name = name;
  line.id = curve.key;
  const bool intervals = std::all_of(curve.steps.begin(), curve.steps.end(), [](const auto& step) {
    return step.second.low == step.second.low || step.second.ratio == 1;
  });
  for (const auto& [place, step] : curve.steps) {
    line.x.push_back(place);
    line.y.push_back(step.ratio);
    if (!intervals) continue;
    line.low.push_back(step.low == step.low ? step.low : step.ratio);
    line.high.push_back(step.high == step.high ? step.high : step.ratio);
  }
  return line;
}

}  // namespace

chart::LineChart scaling_chart(const Pairing& pairing, const std::vector<int>& order,
                               const std::string& selected) {
  constexpr std::size_t most = 6;
  const std::string& axis = pairing.asked.across;
  chart::LineChart picture;
  picture.title = "Times as fast as at " + axis + "=" + pairing.comparison.base + ", along " + axis;
  picture.x = {axis == "threads" ? "threads, as seen" : axis, {}, chart::Scale::log, {}};
  picture.x.whole = axis == "threads";
  picture.y = {"", {chart::Unit::Kind::ratio, ""}, chart::Scale::log, {}};
  picture.empty =
      "Curves are along a parameter of numbers: choose one above (By), of a run with several of them";
  if (axis.empty() || pairing.problem) {
    picture.title = "Scaling";
    return picture;
  }
  std::vector<Curve> curves;
  for (const int i : order) {
    const Pair& pair = pairing.comparison.pairs[static_cast<std::size_t>(i)];
    add_pair(curves, pair, axis, pair.key == selected);
  }
  if (curves.empty()) return picture;
  if (curves.size() > most) {
    picture.title += fmt::format(", {} of {} cases", most, curves.size());
    curves.resize(most);
  }
  double first = std::numeric_limits<double>::infinity(), last = 0;
  for (const Curve& curve : curves) {
    picture.series.push_back(line_of(curve, curve.key));
    first = std::min(first, curve.steps.begin()->first);
    last = std::max(last, curve.steps.rbegin()->first);
  }
  std::vector<Curve> limits;
  for (const Pair& pair : pairing.limits.pairs) add_pair(limits, pair, axis, false);
  for (const Curve& curve : limits) {
    if (picture.series.size() >= most + 2) break;
    picture.series.push_back(line_of(curve, "limit: " + curve.key));
    picture.series.back().context = true;
  }
  if (axis == "threads" && last > first) {
    chart::LineSeries proportional;
    proportional.name = "proportional";
    proportional.context = true;
    proportional.x = {first, last};
    proportional.y = {1, last / first};
    picture.series.push_back(std::move(proportional));
  }
  return picture;
}

Table scaling_table(const chart::LineChart& picture) {
  Table table;
  table.columns = {
      {"case", false, true}, {picture.x.title, true}, {"times as fast", true}, {"interval", true}};
  table.empty = picture.empty;
  for (const chart::LineSeries& line : picture.series) {
    for (std::size_t i = 0; i < line.x.size(); ++i) {
      TableRow row;
      row.id = line.name + " " + std::to_string(i);
      const bool interval = !line.low.empty() && line.low[i] < line.high[i];
      row.cells = {
          {line.name, std::nullopt},
          {chart::quantity(line.x[i], {}, 6), line.x[i]},
          {fmt::format("{:.3f}x", line.y[i]), line.y[i]},
          {interval ? fmt::format("[{:.3f}, {:.3f}]", line.low[i], line.high[i]) : "", std::nullopt}};
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace assay::gui

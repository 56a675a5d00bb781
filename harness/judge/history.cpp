// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/history.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/agent/seed.h"
#include "harness/core/privacy.h"
#include "harness/judge/comparison.h"
#include "harness/judge/history_order.h"
#include "harness/stats/change_points.h"
#include "harness/stats/quantile.h"

namespace assay {

namespace {

constexpr std::size_t near = 5;  // points on each side of a change that tell of the environment

/// A change as found: indices into the series' points.
struct Found {
  std::size_t index;
  std::size_t earliest;
  std::size_t latest;
};

/// Which facts differ from what was last known of them.
std::vector<Mark> find_marks(const std::vector<HistoryPoint>& points,
                             std::shared_ptr<const Facts> HistoryPoint::*facts, bool definition) {
  std::vector<Mark> marks;
  Facts known;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& now = points[i].*facts;
    if (now == nullptr || (i > 0 && now == points[i - 1].*facts)) continue;
    for (const auto& [key, value] : *now) {
      const auto [before, is_new] = known.emplace(key, value);
      if (is_new || before->second == value) continue;
      marks.push_back({i, definition, key, before->second, value});
      before->second = value;
    }
  }
  return marks;
}

std::vector<Found> exact_steps(const std::vector<HistoryPoint>& points, std::size_t begin, std::size_t end,
                               double smallest) {
  std::vector<Found> found;
  double level = points[begin].value;
  for (std::size_t i = begin + 1; i < end; ++i) {
    if (std::abs(points[i].value - level) <= smallest * std::abs(level)) continue;
    level = points[i].value;
    found.push_back({i, i, i});
  }
  return found;
}

/// Logarithms make a relative step the same at every level; values that have none are taken as they are.
std::vector<Found> measured_steps(std::vector<HistoryPoint>& points, std::size_t begin, std::size_t end,
                                  const HistoryRules& asked) {
  std::vector<double> values;
  for (std::size_t i = begin; i < end; ++i) values.push_back(points[i].value);
  stats::ChangePointRules rules;
  rules.smallest = std::log1p(asked.smallest);
  rules.strong = asked.strong;
  rules.weak = std::max(rules.weak, asked.strong);
  rules.shortest = std::max<std::size_t>(2, asked.shortest);
  if (*std::min_element(values.begin(), values.end()) > 0) {
    for (double& value : values) value = std::log(value);
  } else {
    std::vector<double> sizes;
    for (const double value : values) sizes.push_back(std::abs(value));
    rules.smallest = asked.smallest * stats::median(sizes);
  }
  const stats::ChangePoints told = stats::change_points(values, rules);
  for (const std::size_t spike : told.spikes()) points[begin + spike].spike = true;
  std::vector<Found> found;
  for (const stats::ChangePoint& change : told.changes())
    found.push_back({begin + change.index, begin + change.earliest, begin + change.latest});
  return found;
}

/// Sets the level of points from `begin` to `end`.
double set_level(std::vector<HistoryPoint>& points, std::size_t begin, std::size_t end) {
  std::vector<double> values;
  for (std::size_t i = begin; i < end; ++i) {
    if (!points[i].spike) values.push_back(points[i].value);
  }
  if (values.empty()) values.push_back(points[begin].value);
  const double level = stats::median(values);
  for (std::size_t i = begin; i < end; ++i) points[i].level = level;
  return level;
}

/// Could the code have changed between point `i` - 1 and point `i`?
bool other_commit(const std::vector<HistoryPoint>& points, std::size_t i) {
  const auto& a = points[i - 1].commit;
  const auto& b = points[i].commit;
  return !a || !b || a->id != b->id || a->changed || b->changed;
}

/// Code changes between commits only: the place is the nearest such one, and the range ends at such ones.
/// \returns false when there is none.
bool move_to_commit(Change& change, const Found& found, const std::vector<HistoryPoint>& points) {
  std::vector<std::size_t> places;
  for (std::size_t i = found.earliest; i <= found.latest; ++i) {
    if (i > 0 && other_commit(points, i)) places.push_back(i);
  }
  if (places.empty()) return false;
  const auto distance = [&](std::size_t i) { return i > found.index ? i - found.index : found.index - i; };
  change.index = *std::min_element(places.begin(), places.end(),
                                   [&](std::size_t a, std::size_t b) { return distance(a) < distance(b); });
  change.first = places.front() - 1;
  change.last = places.back();
  return true;
}

std::set<std::string> values_of(const std::vector<HistoryPoint>& points, std::size_t begin, std::size_t end,
                                const std::string& key) {
  std::set<std::string> values;
  for (std::size_t i = begin; i < end; ++i) {
    if (points[i].environment == nullptr) continue;
    const auto fact = points[i].environment->find(key);
    if (fact != points[i].environment->end()) values.insert(fact->second);
  }
  return values;
}

/// What the points next to a change say, on each side; `begin` and `end` bound the definition's points.
struct Sides {
  std::size_t old_begin;
  std::size_t old_end;
  std::size_t new_begin;
  std::size_t new_end;
  Sides(const Found& found, std::size_t begin, std::size_t end)
      : old_begin(std::max(begin, found.earliest - std::min(found.earliest, near))),
        old_end(found.earliest),
        new_begin(found.latest),
        new_end(std::min(end, found.latest + near)) {}
};

/// Facts about the environment that are others on each side.
std::vector<Mark> coinciding(const std::vector<HistoryPoint>& points, const Found& found,
                             const Sides& sides) {
  std::vector<Mark> marks;
  std::set<std::string> keys;
  for (std::size_t i = sides.new_begin; i < sides.new_end; ++i) {
    if (points[i].environment == nullptr) continue;
    for (const auto& [key, value] : *points[i].environment) keys.insert(key);
  }
  for (const std::string& key : keys) {
    const auto old_values = values_of(points, sides.old_begin, sides.old_end, key);
    const auto new_values = values_of(points, sides.new_begin, sides.new_end, key);
    const bool shared = std::any_of(old_values.begin(), old_values.end(),
                                    [&](const std::string& value) { return new_values.contains(value); });
    if (!old_values.empty() && !new_values.empty() && !shared)
      marks.push_back({found.index, false, key, *old_values.rbegin(), *new_values.begin()});
  }
  return marks;
}

/// Another machine of the class took over: one on each side. (Of runners that live for one run nothing
/// follows.)
std::optional<Mark> other_host(const std::vector<HistoryPoint>& points, const Found& found,
                               const Sides& sides) {
  constexpr std::size_t fewest = 2;
  if (sides.old_end - sides.old_begin < fewest || sides.new_end - sides.new_begin < fewest)
    return std::nullopt;
  const auto only_host = [&](std::size_t begin, std::size_t end) {
    const std::string& host = points[begin].host;  // some copies of a run know the pseudonym alone
    const bool one =
        std::all_of(points.begin() + static_cast<std::ptrdiff_t>(begin),
                    points.begin() + static_cast<std::ptrdiff_t>(end),
                    [&](const HistoryPoint& point) { return pseudonym(point.host) == pseudonym(host); });
    return one ? host : std::string();
  };
  const std::string before = only_host(sides.old_begin, sides.old_end);
  const std::string after = only_host(sides.new_begin, sides.new_end);
  if (before.empty() || after.empty() || pseudonym(before) == pseudonym(after)) return std::nullopt;
  return Mark{found.index, false, "host", before, after};
}

std::string change_id(const SeriesKey& key, const std::string& commit) {
  const std::string text = to_string(key) + "\n" + commit;
  const std::uint64_t hash = assay_mix64(assay_fnv1a64(text.data(), text.size()));
  static constexpr char digits[] = "0123456789abcdef";
  std::string id;
  for (int shift = 60; shift > 20; shift -= 4) id += digits[(hash >> shift) & 15];
  return id;
}

Change make_change(const Series& series, const Found& found, std::size_t begin, std::size_t end) {
  Change change;
  change.index = found.index;
  change.first = found.earliest > begin ? found.earliest - 1 : begin;
  change.last = found.latest;
  const Sides sides(found, begin, end);
  change.marks = coinciding(series.points, found, sides);
  if (const auto host = other_host(series.points, found, sides)) change.marks.push_back(*host);
  if (!change.marks.empty()) change.cause = "environment";
  if (!move_to_commit(change, found, series.points) && change.cause.empty()) change.cause = "host";
  const HistoryPoint& at = series.points[change.index];
  change.commit = at.commit ? at.commit->id : at.run;
  change.id = change_id(series.key, change.commit);
  return change;
}

/// Nearer to a than to b, as ratios where there are any.
bool nearer(double value, double a, double b) {
  if (value > 0 && a > 0 && b > 0) return std::abs(std::log(value / a)) < std::abs(std::log(value / b));
  return std::abs(value - a) < std::abs(value - b);
}

void judge_levels(Change& change, Better better, double newest) {
  const bool lower = better == Better::lower;
  if (change.before > 0 && change.after > 0)
    change.ratio = lower ? change.before / change.after : change.after / change.before;
  change.regression =
      better != Better::neither && (lower ? change.after > change.before : change.after < change.before);
  change.recovered = change.regression && nearer(newest, change.before, change.after);
}

/// The points of one definition.
void find_changes(Series& series, std::size_t begin, std::size_t end, const HistoryRules& rules) {
  const auto found = is_exact(series.key.metric)
                         ? exact_steps(series.points, begin, end, rules.smallest_exact)
                         : measured_steps(series.points, begin, end, rules);
  std::vector<double> levels;
  for (std::size_t i = 0; i <= found.size(); ++i) {
    levels.push_back(set_level(series.points, i == 0 ? begin : found[i - 1].index,
                               i == found.size() ? end : found[i].index));
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    Change change = make_change(series, found[i], begin, end);
    change.before = levels[i];
    change.after = levels[i + 1];
    change.ended = end != series.points.size();
    judge_levels(change, series.better, levels.back());
    series.changes.push_back(std::move(change));
  }
}

/// Keeps the newest points; what refers to others goes.
void keep_last(Series& series, std::size_t last) {
  if (last == 0 || series.points.size() <= last) return;
  const std::size_t gone = series.points.size() - last;
  series.points.erase(series.points.begin(), series.points.begin() + static_cast<std::ptrdiff_t>(gone));
  std::erase_if(series.marks, [&](const Mark& mark) { return mark.index <= gone; });
  std::erase_if(series.changes, [&](const Change& change) { return change.index <= gone; });
  for (Mark& mark : series.marks) mark.index -= gone;
  for (Change& change : series.changes) {
    change.index -= gone;
    change.last -= gone;
    change.first -= std::min(change.first, gone);
    for (Mark& mark : change.marks) mark.index -= gone;
  }
}

}  // namespace

std::string to_string(const SeriesKey& key) {
  return key.case_key + " " + key.metric + " of " + key.subject + " on " + key.host_class_id + " " +
         key.device;
}

Series make_series(const SeriesKey& key, std::string unit, Better better, std::vector<HistoryPoint> points,
                   const HistoryRules& rules) {
  Series series{key, std::move(unit), better, {}, {}, {}, {}, 0, 0, 0};
  std::erase_if(points, [](const HistoryPoint& point) { return !std::isfinite(point.value); });
  if (!rules.changed_trees) {
    series.changed = std::erase_if(
        points, [](const HistoryPoint& point) { return point.commit && point.commit->changed; });
  }
  judge_detail::Ordered ordered = judge_detail::order_points(std::move(points), rules.line);
  series.points = std::move(ordered.points);
  series.line = ordered.line;
  series.off_line = ordered.off_line;
  series.unplaced = ordered.unplaced;
  if (series.points.empty()) return series;
  const std::vector<Mark> definitions = find_marks(series.points, &HistoryPoint::definition, true);
  std::size_t begin = 0;
  for (const Mark& mark : definitions) {
    if (mark.index > begin) find_changes(series, begin, mark.index, rules);
    begin = mark.index;
  }
  find_changes(series, begin, series.points.size(), rules);
  series.marks = find_marks(series.points, &HistoryPoint::environment, false);
  series.marks.insert(series.marks.end(), definitions.begin(), definitions.end());
  std::stable_sort(series.marks.begin(), series.marks.end(),
                   [](const Mark& a, const Mark& b) { return a.index < b.index; });
  keep_last(series, rules.last);
  return series;
}

}  // namespace assay

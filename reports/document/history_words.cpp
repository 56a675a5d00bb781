// SPDX-License-Identifier: Apache-2.0
#include "reports/document/history_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "harness/core/text.h"
#include "harness/stats/quantile.h"
#include "reports/document/words.h"

namespace assay::reports {

namespace {

/// How far the points of a level lie from it, typically: the median of their distances. Spikes do not count.
std::optional<double> typical_distance(const Series& series, std::size_t first) {
  std::vector<double> distances;
  const auto level = series.points[first].level;
  for (std::size_t i = first; i < series.points.size() && series.points[i].level == level; ++i) {
    if (!series.points[i].spike && level) distances.push_back(std::abs(series.points[i].value - *level));
  }
  return distances.size() < 3 ? std::nullopt : std::optional(stats::median(distances));
}

}  // namespace

std::string place_text(const HistoryPoint& point) {
  if (point.commit == nullptr) return "run " + printable(point.run.substr(0, 8));
  return printable(point.commit->id.substr(0, 8)) + (point.commit->changed ? "+changes" : "");
}

std::string time_text(const HistoryPoint& point) {
  return utc(point.commit ? point.commit->committed_utc_ms : point.started_utc_ms).substr(0, 16);
}

std::string short_text(const std::string& text, std::size_t most) {
  const std::string safe = printable(text);
  if (columns(safe) <= most) return safe;
  std::size_t end = 0;
  for (std::size_t shown = 0; end < safe.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(safe[end]) & 0xC0) != 0x80;
    if (begins && ++shown > most - 3) break;
  }
  return safe.substr(0, end) + "...";
}

std::string change_word(const Change& change) {
  if (change.regression) return "worse";
  return change.ratio && *change.ratio > 1 ? "better" : "changed";
}

std::string change_size(const Change& change) {
  return change.ratio ? fmt::format("{:.3f}x", *change.ratio) : "from nothing";
}

std::string mark_text(const Mark& mark) {
  return (mark.definition ? "definition, " : "") + short_text(mark.key, 60) + ": " +
         short_text(mark.before, 60) + " -> " + short_text(mark.after, 60);
}

std::string cause_text(const Change& change) {
  if (change.cause.empty()) return "";
  if (change.cause == "host") return "one commit stands on both sides";
  std::string marks;
  for (const Mark& mark : change.marks) marks += (marks.empty() ? "" : ", ") + mark_text(mark);
  return "it comes with another environment (" + marks + ")";
}

std::string between_text(const Change& change, const HistoryPoint& first, const HistoryPoint& last) {
  if (!first.commit || !last.commit || change.cause == "host") return "";
  std::string text = fmt::format("between {} and {}", place_text(first), place_text(last));
  if (first.commit->place && last.commit->place) {
    const auto count = *last.commit->place - *first.commit->place;
    text += fmt::format(" ({} commit{})", count, count == 1 ? "" : "s");
  }
  return text;
}

std::string range_text(const Series& series, const Change& change) {
  const HistoryPoint& at = series.points[change.index];
  std::string text = "at " + place_text(at);
  if (at.commit) {
    text += fmt::format(" ({}, {}: {})", short_text(at.commit->author, 30), time_text(at).substr(0, 10),
                        short_text(at.commit->subject, 60));
  }
  const std::string between = between_text(change, series.points[change.first], series.points[change.last]);
  return between.empty() ? text : text + ", " + between;
}

std::string event_text(const TriageState& state) {
  if (state.event == nullptr) return "";
  const TriageEvent& event = *state.event;
  const bool over = event.kind != state.state && event.kind != "reopened";
  std::string text = over ? " again, was " + event.kind : "";
  text += " by " + short_text(event.person, 30);
  if (event.until_utc_ms) text += " until " + utc(*event.until_utc_ms - 1).substr(0, 10);  // that day's end
  if (!event.reason.empty()) text += ": " + printable(event.reason, 300);
  return text;
}

chart::LineChart history_chart(const Series& series, const std::vector<std::string>& states, bool noise) {
  const ChartUnit unit = chart_unit(series.unit);
  chart::LineChart picture;
  picture.title = series.key.case_key + " " + series.key.metric;
  picture.x.title = series.line.empty() ? "runs" : "runs, in the order of commits";
  picture.x.whole = true;
  picture.y.unit = unit.unit;
  picture.empty = "No points";
  chart::LineSeries values;
  values.name = "value";
  values.line = false;
  chart::LineSeries levels;
  levels.name = noise ? "level and noise" : "level";
  std::optional<double> distance;
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const HistoryPoint& point = series.points[i];
    values.x.push_back(static_cast<double>(i));
    values.y.push_back(point.value * unit.factor);
    const auto at = static_cast<double>(i);  // a level holds from half a step before its first point
    const bool begins = i == 0 || point.level != series.points[i - 1].level;
    const bool ends = i + 1 == series.points.size() || point.level != series.points[i + 1].level;
    if (begins && noise) distance = typical_distance(series, i);
    for (const auto& [end, x] : {std::pair{begins, at - 0.5}, std::pair{ends, at + 0.5}}) {
      if (!end) continue;
      levels.x.push_back(x);
      levels.y.push_back(point.level.value_or(std::nan("")) * unit.factor);
      if (!noise) continue;
      levels.low.push_back(levels.y.back() - 3 * distance.value_or(0) * unit.factor);
      levels.high.push_back(levels.y.back() + 3 * distance.value_or(0) * unit.factor);
    }
  }
  picture.series = {values, levels};
  for (std::size_t i = 0; i < series.changes.size(); ++i) {
    const Change& change = series.changes[i];
    const std::string state = i < states.size() ? states[i] : "";
    const bool settled = state == "acknowledged" || state == "ignored";
    picture.references.push_back(
        {static_cast<double>(change.index) - 0.5,
         change_word(change) + " " + change_size(change) + (settled ? ", " + state : ""), true,
         settled             ? chart::Role::muted
         : change.regression ? chart::Role::bad
                             : chart::Role::good});
  }
  std::map<std::size_t, std::string> marks;
  for (const Mark& mark : series.marks)
    marks[mark.index] += (marks[mark.index].empty() ? "" : ", ") + mark.key;
  constexpr std::size_t most_marks = 6;  // runners that take turns change all the time
  if (marks.size() > most_marks) return picture;
  for (const auto& [index, keys] : marks)
    picture.references.push_back({static_cast<double>(index) - 0.5, keys, true, chart::Role::muted});
  return picture;
}

}  // namespace assay::reports

// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/history_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/cli/format.h"
#include "harness/cli/metrics_view.h"
#include "harness/cli/table.h"
#include "harness/core/text.h"
#include "reports/chart/text.h"
#include "reports/document/history_words.h"

namespace assay::cli {

using reports::cause_text;
using reports::change_size;
using reports::change_word;
using reports::event_text;
using reports::mark_text;
using reports::place_text;
using reports::range_text;
using reports::short_text;
using reports::time_text;

namespace {

std::string value_text(const Series& series, double value) {
  MetricValue metric;
  metric.unit = series.unit;
  metric.value = value;
  return printable(cli::value_text(metric), 100);
}

std::string points_table(const Series& series, const std::vector<TriageEvent>& events, std::size_t rows,
                         std::int64_t now_utc_ms, std::size_t width) {
  Table table({{"commit", false, always},
               {"time (UTC)", false, 4},
               {"author", false, 2},
               {"subject", false, 3},
               {"value", true, always},
               {"interval", true, 5},
               {"launches", true, 1},
               {"what", false, 8}});
  const std::size_t first = series.points.size() - std::min(series.points.size(), rows);
  for (std::size_t i = first; i < series.points.size(); ++i) {
    const HistoryPoint& point = series.points[i];
    table.add({place_text(point), time_text(point), point.commit ? short_text(point.commit->author, 20) : "",
               point.commit ? short_text(point.commit->subject, 40) : "", value_text(series, point.value),
               half_width(point.value, point.ci_low, point.ci_high), std::to_string(point.n),
               point_notes(series, i, events, now_utc_ms)});
  }
  std::string text = table.text(width);
  if (first > 0)
    text += fmt::format("{} earlier points are not listed: --last N lists and draws N.\n", first);
  return text;
}

std::string changes_text(const Series& series, const std::vector<TriageEvent>& events,
                         std::int64_t now_utc_ms) {
  std::string text;
  for (const Change& change : series.changes) {
    text += fmt::format("{} {}: {} -> {} {}\n", change_word(change), change_size(change),
                        value_text(series, change.before), value_text(series, change.after),
                        range_text(series, change));
    const std::string cause = cause_text(change);
    if (!cause.empty()) text += "  not put on the code: " + cause + "\n";
    if (!change.regression) continue;
    const TriageState state = triage(series, change, events, now_utc_ms);
    text += fmt::format("  {} {}{}\n", change.id, state.state, event_text(state));
  }
  return text;
}

}  // namespace

std::string point_notes(const Series& series, std::size_t i, const std::vector<TriageEvent>& events,
                        std::int64_t now_utc_ms) {
  std::vector<std::string> notes;
  for (const Change& change : series.changes) {
    if (change.index == i)
      notes.push_back(change_word(change) + " " + change_size(change) + ", " +
                      triage(series, change, events, now_utc_ms).state + " " + change.id);
  }
  if (series.points[i].spike) notes.push_back("stands off alone");
  for (const Mark& mark : series.marks) {
    if (mark.index == i) notes.push_back(mark_text(mark));
  }
  return fmt::format("{}", fmt::join(notes, "; "));
}

std::string series_text(const Series& series, const std::vector<TriageEvent>& events, std::size_t rows,
                        std::int64_t now_utc_ms, std::size_t width) {
  std::string text = printable(to_string(series.key)) + "\n";
  if (series.points.empty()) return text + "no points\n";
  const int columns = static_cast<int>(width == 0 ? 100 : std::min<std::size_t>(width, 140));
  if (series.points.size() > 1)
    text += chart::text(chart::draw(reports::history_chart(series, {}, false), chart::terminal(columns, 16)));
  text += points_table(series, events, rows, now_utc_ms, width);
  return text + changes_text(series, events, now_utc_ms);
}

std::string series_table(const std::vector<Series>& series, const std::vector<TriageEvent>& events,
                         std::int64_t now_utc_ms, std::size_t width) {
  Table table({{"case", false, always},
               {"metric", false, 7},
               {"of", false, 1},
               {"host class", false, 4},
               {"device", false, 2},
               {"points", true, 5},
               {"newest", true, always},
               {"changes", true, 6},
               {"open regressions", false, 8}});
  for (const Series& one : series) {
    if (one.points.empty()) continue;
    std::string open;
    for (const Change& change : one.changes) {
      if (change.regression && triage(one, change, events, now_utc_ms).state == "open")
        open += (open.empty() ? "" : ", ") + change.id + " " + change_size(change);
    }
    table.add({one.key.case_key, one.key.metric, one.key.subject, one.key.host_class_id, one.key.device,
               std::to_string(one.points.size()), value_text(one, one.points.back().value),
               std::to_string(one.changes.size()), open});
  }
  return table.text(width);
}

std::string regressions_table(const std::vector<Regression>& regressions, std::size_t width) {
  Table table({{"id", false, always},
               {"case", false, always},
               {"metric", false, 7},
               {"host class", false, 2},
               {"ratio", true, always},
               {"before", true, 5},
               {"after", true, 6},
               {"commit", false, always},
               {"time (UTC)", false, 4},
               {"author", false, 3},
               {"subject", false, 3},
               {"state", false, 8},
               {"why", false, 1}});
  for (const Regression& one : regressions) {
    const HistoryPoint& at = one.series->points[one.change->index];
    table.add({one.change->id, one.series->key.case_key, one.series->key.metric,
               one.series->key.host_class_id, change_size(*one.change),
               value_text(*one.series, one.change->before), value_text(*one.series, one.change->after),
               place_text(at), time_text(at), at.commit ? short_text(at.commit->author, 20) : "",
               at.commit ? short_text(at.commit->subject, 40) : "", one.triage.state,
               one.triage.event != nullptr ? one.triage.event->reason : cause_text(*one.change)});
  }
  return table.text(width);
}

}  // namespace assay::cli

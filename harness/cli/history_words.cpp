// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/history_words.h"

#include <fmt/format.h>

#include "harness/cli/format.h"
#include "harness/cli/metrics_view.h"
#include "harness/core/text.h"

namespace assay::cli {

std::string value_text(const Series& series, double value) {
  MetricValue metric;
  metric.unit = series.unit;
  metric.value = value;
  return printable(value_text(metric), 100);
}

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

std::string range_text(const Series& series, const Change& change) {
  const HistoryPoint& at = series.points[change.index];
  std::string text = "at " + place_text(at);
  if (at.commit) {
    text += fmt::format(" ({}, {}: {})", short_text(at.commit->author, 30), time_text(at).substr(0, 10),
                        short_text(at.commit->subject, 60));
  }
  const HistoryPoint& first = series.points[change.first];
  const HistoryPoint& last = series.points[change.last];
  if (!first.commit || !last.commit || change.cause == "host") return text;
  text += fmt::format(", between {} and {}", place_text(first), place_text(last));
  if (first.commit->place && last.commit->place) {
    const auto count = *last.commit->place - *first.commit->place;
    text += fmt::format(" ({} commit{})", count, count == 1 ? "" : "s");
  }
  return text;
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

}  // namespace assay::cli

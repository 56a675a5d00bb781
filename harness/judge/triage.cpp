// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/triage.h"

#include <tuple>

namespace assay {

namespace {

bool is_about(const TriageEvent& event, const Series& series, const Change& change) {
  if (event.regression == change.id) return true;
  if (event.series != to_string(series.key)) return false;
  for (std::size_t i = change.first + 1; i <= change.last && i < series.points.size(); ++i) {
    const HistoryPoint& point = series.points[i];
    if (event.commit == (point.commit ? point.commit->id : point.run)) return true;
  }
  return false;
}

}  // namespace

TriageState triage(const Series& series, const Change& change, const std::vector<TriageEvent>& events,
                   std::int64_t now_utc_ms) {
  TriageState result;
  for (const TriageEvent& event : events) {
    if (!is_about(event, series, change)) continue;
    const bool later = result.event == nullptr || std::tie(event.at_utc_ms, event.id) >
                                                      std::tie(result.event->at_utc_ms, result.event->id);
    if (later) result.event = &event;
  }
  if (result.event != nullptr) {
    const bool holds = !result.event->until_utc_ms || now_utc_ms < *result.event->until_utc_ms;
    if (result.event->kind == "reopened") {
      result.state = "open";
      return result;
    }
    if (holds) {
      result.state = result.event->kind;
      return result;
    }
  }
  result.state = !change.cause.empty() ? "environment"
                 : change.ended        ? "ended"
                 : change.recovered    ? "recovered"
                                       : "open";
  return result;
}

}  // namespace assay

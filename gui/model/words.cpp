// SPDX-License-Identifier: Apache-2.0
#include "gui/model/words.h"

#include <fmt/format.h>

#include <cmath>

#include "reports/chart/label.h"
#include "reports/document/history_words.h"
#include "reports/document/words.h"

namespace assay::gui {

std::string value_text(const std::string& unit, double value) { return reports::number_text({value, unit}); }

std::string metric_text(const MetricValue& metric) {
  return metric.value ? value_text(metric.unit, *metric.value) : to_string(metric.state);
}

std::string interval_text(const MetricValue& metric) {
  if (!metric.value) return "";
  // Their thousands have commas: no third kind between them.
  if (metric.unit == "count" && metric.ci_low && metric.ci_high)
    return "[" + value_text(metric.unit, *metric.ci_low) + " – " + value_text(metric.unit, *metric.ci_high) +
           "]";
  return reports::interval_text({*metric.value, metric.unit, metric.ci_low, metric.ci_high});
}

std::string metric_text_by_interval(const MetricValue& metric) {
  const bool both = metric.value && metric.ci_low && metric.ci_high && std::isfinite(*metric.value) &&
                    std::isfinite(*metric.ci_low) && std::isfinite(*metric.ci_high);
  return both ? reports::number_text({*metric.value, metric.unit, metric.ci_low, metric.ci_high})
              : metric_text(metric);
}

std::string ratio_text(const Verdict& verdict) {
  if (!verdict.ratio) return "";
  if (!verdict.ci_low || !verdict.ci_high) return fmt::format("{:.3f}x", *verdict.ratio);
  return fmt::format("{:.3f}x [{:.3f}, {:.3f}]", *verdict.ratio, *verdict.ci_low, *verdict.ci_high);
}

std::string utc_text(std::int64_t ms) {
  const std::string text = reports::utc(ms);
  return text.ends_with(" UTC") ? text.substr(0, text.size() - 4) : text;
}

std::string age_text(std::int64_t ms) {
  const double minutes = static_cast<double>(ms) / 60'000;
  if (minutes < 1) return "now";
  if (minutes < 60) return fmt::format("{:.0f} min", minutes);
  if (minutes < 48 * 60) return fmt::format("{:.0f} h", minutes / 60);
  return fmt::format("{:.0f} days", minutes / (24 * 60));
}

std::string run_text(const RunEntry& run) {
  const std::string commit =
      run.commit.empty() ? "" : "  " + run.commit.substr(0, 8) + " " + run.commit_subject;
  return fmt::format("{}  {}{}{}{}", run.id.substr(0, 8), utc_text(run.started_utc_ms),
                     run.suite.empty() ? "" : "  " + run.suite,
                     run.state == "complete" ? "" : "  (" + run.state + ")", commit);
}

namespace {

/// What a database holds, as a part of one line.
std::string foreign(const std::string& text) {
  constexpr std::size_t most = 500;
  return chart::cleaned(text.size() > most ? text.substr(0, most) + "..." : text);
}

}  // namespace

std::string regression_line(const Overview& data, const RegressionEntry& entry) {
  return entry.change.id + " worse " + reports::change_size(entry.change) + ": " +
         data.series[entry.series].key.case_key + ", at " + reports::place_text(entry.at);
}

std::string point_text(const Series& series, std::size_t index) {
  const HistoryPoint& point = series.points[index];
  MetricValue metric;
  metric.value = point.value;
  metric.unit = series.unit;
  metric.ci_low = point.ci_low;
  metric.ci_high = point.ci_high;
  const std::string interval = interval_text(metric);
  std::string text = value_text(series.unit, point.value) + (interval.empty() ? "" : " " + interval) + ", " +
                     reports::place_text(point) + ", " + reports::time_text(point);
  if (point.commit) text += ", " + foreign(point.commit->author) + ": " + foreign(point.commit->subject);
  return text;
}

std::string regression_text(const Overview& data, const RegressionEntry& entry) {
  const SeriesEntry& series = data.series[entry.series];
  const Change& change = entry.change;
  const HistoryPoint& at = entry.at;
  std::string text =
      fmt::format("{} worse {}\n{}  {} -> {}\n\nat {}", change.id, reports::change_size(change),
                  foreign(series.key.metric), value_text(series.unit, change.before),
                  value_text(series.unit, change.after), reports::place_text(at));
  if (at.commit)
    text += fmt::format("\n{}, {}\n{}", foreign(at.commit->author), utc_text(at.commit->committed_utc_ms),
                        foreign(at.commit->subject));
  const std::string between = reports::between_text(change, entry.first, entry.last);
  if (!between.empty()) text += "\n" + between;
  const std::string cause = reports::cause_text(change);
  if (!cause.empty()) text += "\n\nNot put on the code: " + cause + ".";
  text += "\n\n" + entry.state;
  if (entry.event) {
    const TriageEvent& event = *entry.event;
    text +=
        fmt::format(" ({} by {}, {}{}){}{}", event.kind, foreign(event.person), utc_text(event.at_utc_ms),
                    event.until_utc_ms ? ", until " + utc_text(*event.until_utc_ms - 1).substr(0, 10) : "",
                    event.reason.empty() ? "" : ": ", foreign(event.reason));
  }
  return text;
}

}  // namespace assay::gui

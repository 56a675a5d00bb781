// SPDX-License-Identifier: Apache-2.0
#include "gui/model/words.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>

#include "reports/chart/label.h"

namespace assay::gui {

Measure measure_of(const std::string& unit) {
  using Kind = chart::Unit::Kind;
  if (unit == "ns") return {{Kind::seconds, ""}, 1e-9};
  if (unit == "byte") return {{Kind::bytes, ""}};
  if (unit == "ratio") return {{Kind::percent, ""}};
  if (unit == "byte/s" || unit == "bytes/s") return {{Kind::si, "B/s"}};
  if (unit.ends_with("/s") || unit == "Hz") return {{Kind::si, unit}};
  return {{Kind::plain, unit}};
}

std::string value_text(const std::string& unit, double value) {
  const Measure measure = measure_of(unit);
  if (unit == "count" && std::abs(value) < 1e15)  // a share of one is no zero
    return value == std::floor(value) ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
  return chart::quantity(value * measure.factor, measure.unit);
}

std::string metric_text(const MetricValue& metric) {
  return metric.value ? value_text(metric.unit, *metric.value) : to_string(metric.state);
}

std::string interval_text(const MetricValue& metric) {
  if (!metric.value || !metric.ci_low || !metric.ci_high) return "";
  const Measure measure = measure_of(metric.unit);
  const std::string whole =
      chart::quantity_with_interval(*metric.value * measure.factor, *metric.ci_low * measure.factor,
                                    *metric.ci_high * measure.factor, measure.unit);
  const auto open = whole.find('[');
  return open == std::string::npos ? whole : whole.substr(open);
}

std::string ratio_text(const Verdict& verdict) {
  if (!verdict.ratio) return "";
  if (!verdict.ci_low || !verdict.ci_high) return fmt::format("{:.3f}x", *verdict.ratio);
  return fmt::format("{:.3f}x [{:.3f}, {:.3f}]", *verdict.ratio, *verdict.ci_low, *verdict.ci_high);
}

std::string ratio_text(const Change& change) {
  return change.ratio ? fmt::format("{:.3f}x", *change.ratio) : "from nothing";
}

std::string utc_text(std::int64_t ms) {
  constexpr std::int64_t end = 253402300799;  // of the year 9999: a file may say anything
  const std::int64_t seconds = std::min(std::max<std::int64_t>(ms / 1000, 0), end);
  return fmt::format("{:%F %H:%M}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::string age_text(std::int64_t ms) {
  const double minutes = static_cast<double>(ms) / 60'000;
  if (minutes < 1) return "now";
  if (minutes < 60) return fmt::format("{:.0f} min", minutes);
  if (minutes < 48 * 60) return fmt::format("{:.0f} h", minutes / 60);
  return fmt::format("{:.0f} days", minutes / (24 * 60));
}

std::string place_text(const HistoryPoint& point) {
  if (point.commit == nullptr) return "run " + point.run.substr(0, 8);
  return point.commit->id.substr(0, 8) + (point.commit->changed ? "+changes" : "");
}

std::string run_text(const RunEntry& run) {
  const std::string commit =
      run.commit.empty() ? "" : "  " + run.commit.substr(0, 8) + " " + run.commit_subject;
  return fmt::format("{}  {}{}{}{}", run.id.substr(0, 8), utc_text(run.started_utc_ms),
                     run.suite.empty() ? "" : "  " + run.suite,
                     run.state == "complete" ? "" : "  (" + run.state + ")", commit);
}

std::string mark_text(const Mark& mark) {
  return (mark.definition ? "definition, " : "") + mark.key + ": " + mark.before + " -> " + mark.after;
}

namespace {

/// What a database holds, as a part of one line.
std::string foreign(const std::string& text) {
  constexpr std::size_t most = 500;
  return chart::cleaned(text.size() > most ? text.substr(0, most) + "..." : text);
}

}  // namespace

std::string regression_text(const Overview& data, const RegressionEntry& entry) {
  const SeriesEntry& series = data.series[entry.series];
  const Change& change = entry.change;
  const HistoryPoint& at = entry.at;
  std::string text = fmt::format("{} worse {}\n{}  {} -> {}\n\nat {}", change.id, ratio_text(change),
                                 foreign(series.key.metric), value_text(series.unit, change.before),
                                 value_text(series.unit, change.after), place_text(at));
  if (at.commit)
    text += fmt::format("\n{}, {}\n{}", foreign(at.commit->author), utc_text(at.commit->committed_utc_ms),
                        foreign(at.commit->subject));
  const HistoryPoint& first = entry.first;
  const HistoryPoint& last = entry.last;
  if (first.commit && last.commit && change.cause != "host") {
    text += fmt::format("\nbetween {} and {}", place_text(first), place_text(last));
    if (first.commit->place && last.commit->place) {
      const auto count = *last.commit->place - *first.commit->place;
      text += fmt::format(" ({} commit{})", count, count == 1 ? "" : "s");
    }
  }
  if (change.cause == "host") text += "\n\nNot put on the code: one commit stands on both sides.";
  if (change.cause == "environment") {
    text += "\n\nNot put on the code: it comes with another environment.";
    for (const Mark& mark : change.marks) text += "\n" + foreign(mark_text(mark));
  }
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

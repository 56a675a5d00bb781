// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/metrics_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/cli/format.h"
#include "harness/cli/import_runs.h"
#include "harness/cli/report_hardware_view.h"
#include "harness/cli/table.h"
#include "harness/core/selector.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

/// What every run has, and what has a column of its own.
bool is_everyones(const std::string& id) { return is_own_metric(id) || source_of(id) == "callgrind"; }

/// A derived metric's reason begins with the event that it lacks, which stands in the same line:
/// "perf.cycles: ".
std::string without_event(const std::string& reason, const ResultRow& row) {
  const auto colon = reason.find(": ");
  if (colon == std::string::npos || find_metric(row, reason.substr(0, colon)) == nullptr) return reason;
  return reason.substr(colon + 2);
}

}  // namespace

std::string value_text(const MetricValue& metric) {
  if (!metric.value) return to_string(metric.state);
  if (metric.unit == "ns") return duration(*metric.value);
  if (metric.unit == "Hz") return frequency(*metric.value);
  if (metric.unit == "J") return quantity_text(*metric.value, metric.unit);
  if (metric.unit == "byte") return bytes(*metric.value);
  if (metric.unit == "ratio") return percent(*metric.value);
  if (metric.unit.ends_with("/s")) return rate(*metric.value, metric.unit.substr(0, metric.unit.size() - 2));
  const double size = std::abs(*metric.value);  // counts are exact: each of their digits says something
  return fmt::format(
      "{} {}", size >= 1000 && size < 1e15 ? grouped(*metric.value) : fmt::format("{:.6g}", *metric.value),
      metric.unit);
}

void select_metrics(std::vector<ResultRow>& rows, const std::vector<std::string>& patterns) {
  for (auto& row : rows) {
    std::erase_if(row.metrics, [&](const MetricValue& metric) {
      return std::none_of(patterns.begin(), patterns.end(),
                          [&](const auto& pattern) { return glob_match(pattern, metric.id); });
    });
  }
}

std::string metrics_table(const std::vector<ResultRow>& rows, std::size_t width) {
  Table table({{"case", false, 9},
               {"metric", false, 8},
               {"value", true, 7},
               {"interval", true, 4},
               {"launches", true, 3},
               {"reason", false, 5}});
  for (const auto& row : rows) {
    for (const auto& metric : row.metrics) {
      table.add({row.case_key, metric.id, value_text(metric),
                 metric.value ? half_width(*metric.value, metric.ci_low, metric.ci_high) : "",
                 std::to_string(metric.n), metric.reason});
    }
  }
  return table.empty() ? "" : table.text(width);
}

std::string counted_text(const std::vector<ResultRow>& rows, std::size_t width) {
  const bool several = rows.size() > 1;
  Table table({{several ? "case" : "", false, several ? 9 : 0},
               {"metric", false, 8},
               {"value", true, 7},
               {"interval", true, 5}});
  std::map<std::string, std::vector<std::string>> missing;  // reason -> metrics
  for (const auto& row : rows) {
    for (const auto& metric : row.metrics) {
      if (metric.value) {
        table.add({several ? row.case_key : "", metric.id, value_text(metric),
                   half_width(*metric.value, metric.ci_low, metric.ci_high)});
        continue;
      }
      auto& metrics = missing[to_string(metric.state) + ": " + without_event(metric.reason, row)];
      if (std::find(metrics.begin(), metrics.end(), metric.id) == metrics.end()) metrics.push_back(metric.id);
    }
  }
  std::string text;
  if (!table.empty()) text += table.text(width);
  if (!table.empty() && !missing.empty()) text += "\n";
  for (const auto& [reason, metrics] : missing)
    text += printable(fmt::format("{}: {}", fmt::join(metrics, ", "), reason), 4000) + "\n";
  return text;
}

std::string collected_text(std::vector<ResultRow> rows, const Run& run, std::size_t width) {
  const auto& asked = run.settings.collectors;
  const bool imported = run.settings.more.contains(import_format_key);
  if (!imported &&
      std::none_of(asked.begin(), asked.end(), [](const auto& name) { return name.starts_with("group:"); }))
    return "";
  for (auto& row : rows)
    std::erase_if(row.metrics, [](const MetricValue& metric) { return is_everyones(metric.id); });
  const std::string text = counted_text(rows, width);
  return text.empty() ? "" : "\n" + text;
}

}  // namespace assay::cli

// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/metrics_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/cli/format.h"
#include "harness/cli/table.h"
#include "harness/core/selector.h"

namespace assay::cli {

namespace {

std::string value_text(const MetricValue& metric) {
  if (!metric.value) return to_string(metric.state);
  if (metric.unit == "ns") return duration(*metric.value);
  if (metric.unit == "byte") return bytes(*metric.value);
  if (metric.unit == "ratio") return percent(*metric.value);
  if (metric.unit.ends_with("/s")) return rate(*metric.value, metric.unit.substr(0, metric.unit.size() - 2));
  return fmt::format("{:.6g} {}", *metric.value, metric.unit);
}

}  // namespace

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

}  // namespace assay::cli

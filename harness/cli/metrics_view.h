// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/run.h"
#include "harness/judge/result.h"

namespace assay::cli {

/// "1.24 ms", "98 %", "4.2 GB/s"; the state of one without a value.
std::string value_text(const MetricValue& metric);

/// Keeps of each row the metrics whose id matches one of the patterns ('perf.*'); rows keep their place.
void select_metrics(std::vector<ResultRow>& rows, const std::vector<std::string>& patterns);

/// `show --metrics`: a line for each case and metric, with its value, or why there is none. "" of no metric.
std::string metrics_table(const std::vector<ResultRow>& rows, std::size_t width);

/// All metrics of the rows that have a value, in a table, and below it those that have none, by reason.
std::string counted_text(const std::vector<ResultRow>& rows, std::size_t width);

/// The same of what a run with metric groups counted and derived, without what every run has; "" of a run
/// without.
std::string collected_text(std::vector<ResultRow> rows, const Run& run, std::size_t width);

}  // namespace assay::cli

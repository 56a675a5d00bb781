// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gui/model/source.h"
#include "reports/chart/number.h"

/// Figures and facts as people read them.
namespace assay::gui {

/// How a chart writes a metric's unit, and the factor that makes its values the chart's (seconds, bytes,
/// ...).
struct Measure {
  chart::Unit unit;
  double factor = 1;
};
Measure measure_of(const std::string& unit);

std::string value_text(const std::string& unit, double value);  ///< "4.21 ms"
std::string metric_text(const MetricValue& metric);             ///< likewise; its state where it has no value
std::string interval_text(const MetricValue& metric);           ///< "[4.11, 4.30] ms"; "" without one
std::string ratio_text(const Verdict& verdict);                 ///< "0.944x [0.857, 0.997]"
std::string ratio_text(const Change& change);                   ///< "0.909x", "from nothing"
std::string utc_text(std::int64_t ms);                          ///< "2026-11-20 14:03"
std::string age_text(std::int64_t ms);                          ///< of a duration: "3 days", "5 h", "now"
std::string place_text(const HistoryPoint& point);  ///< "1a2b3c4d", "1a2b3c4d+changes", "run 5e6f7a8b"
std::string run_text(const RunEntry& run);          ///< "5e6f7a8b  2026-11-20 14:03  quick"
std::string mark_text(const Mark& mark);            ///< "kernel: 6.1 -> 6.9"

/// "worse 0.909x at 1a2b3c4d: 4.21 ms -> 4.63 ms", the commits that it lies between, what comes with it, who
/// settled it: plain lines.
std::string regression_text(const Overview& data, const RegressionEntry& entry);

}  // namespace assay::gui

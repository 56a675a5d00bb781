// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "harness/judge/result.h"
#include "reports/chart/number.h"
#include "reports/document/document.h"

/// How values are written, in every form of a report.
namespace assay::reports {

/// A unit as it is stored, as charts want it: values times `factor`.
struct ChartUnit {
  chart::Unit unit;
  double factor = 1;
};
ChartUnit chart_unit(const std::string& unit);

/// "5.18 µs", "12.5 %", "1,234", "0.944x", "-5.6 %"; in as many digits as its interval has, where it has one.
std::string number_text(const Number& number);
std::string interval_text(const Number& number);  ///< "[5.07, 5.31]" in the same multiple; "" without one

/// Any cell as plain text: "" where it is absent.
std::string cell_text(const Cell& cell);

/// Its number without the interval; "-" for anything else.
std::string number_or_dash(const Cell& cell);

/// Of a metric: its value with interval, or absent with its reason; of none at all, absent.
Cell cell_of(const MetricValue* metric);

std::string utc(std::int64_t ms);  ///< "2026-11-27 05:34 UTC"
std::string short_id(const std::string& run);
std::string counted(std::size_t number, const std::string& noun);  ///< "1 case", "3 cases"

}  // namespace assay::reports

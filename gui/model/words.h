// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gui/model/source.h"

/// Figures and facts as people read them; those that reports have as well are theirs (reports/document:
/// words.h, history_words.h).
namespace assay::gui {

std::string value_text(const std::string& unit, double value);  ///< "4.21 ms"
std::string metric_text(const MetricValue& metric);             ///< likewise; its state where it has no value
std::string interval_text(const MetricValue& metric);  ///< "[4.11, 4.30]", in the value's multiple; or "";
                                                       ///< of counts "[1,000,000 – 1,020,000]"
/// metric_text() in as many digits as its interval has: a value never seems to lie outside of it.
std::string metric_text_by_interval(const MetricValue& metric);
std::string ratio_text(const Verdict& verdict);  ///< "0.944x [0.857, 0.997]"
std::string utc_text(std::int64_t ms);           ///< "2026-11-20 14:03": reports::utc(), in columns
std::string age_text(std::int64_t ms);           ///< of a duration: "3 days", "5 h", "now"
std::string run_text(const RunEntry& run);       ///< "5e6f7a8b  2026-11-20 14:03  quick"

/// A point of a history: value with interval, commit, author, time and subject, as one line.
std::string point_text(const Series& series, std::size_t index);

/// "r1a2b worse 0.909x: llm.gemv/simd@cpu, at 1a2b3c4d".
std::string regression_line(const Overview& data, const RegressionEntry& entry);

/// "worse 0.909x at 1a2b3c4d: 4.21 ms -> 4.63 ms", the commits that it lies between, what comes with it, who
/// settled it: plain lines.
std::string regression_text(const Overview& data, const RegressionEntry& entry);

}  // namespace assay::gui

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/answers/history.h"
#include "harness/cli/command.h"
#include "harness/exchange/document.h"

namespace assay::cli {

/// What happened at a point, in a few words: changes, a spike, marks.
std::string point_notes(const Series& series, std::size_t i, const std::vector<TriageEvent>& events,
                        std::int64_t now_utc_ms);

/// One series in full: picture, the newest `rows` points, changes, marks.
std::string series_text(const Series& series, const std::vector<TriageEvent>& events, std::size_t rows,
                        std::int64_t now_utc_ms, std::size_t width);

/// Many series, a line each.
std::string series_table(const std::vector<Series>& series, const std::vector<TriageEvent>& events,
                         std::int64_t now_utc_ms, std::size_t width);

/// A line each, the largest first.
std::string regressions_table(const std::vector<Regression>& regressions, std::size_t width);

/// \p identify: names of hosts and people leave as they are, else as pseudonyms.
std::string history_json(const std::vector<Series>& series, const std::vector<TriageEvent>& events,
                         std::int64_t now_utc_ms, const std::vector<Warning>& warnings, bool identify);
std::string regressions_json(const std::vector<Regression>& regressions, const std::vector<Warning>& warnings,
                             bool identify);

}  // namespace assay::cli

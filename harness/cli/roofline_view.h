// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/answers/roofline.h"
#include "harness/core/run.h"
#include "reports/chart/roofline.h"

namespace assay::cli {

/// The limits as a table, a value in the unit that people read.
std::string limits_table(const Roofline& roofline, std::size_t width);

/// Where the cases stand; "" without any.
std::string placements_table(const Roofline& roofline, std::size_t width);

/// The picture: the limits of `threads` threads, and the cases that ran with as many. Bandwidths are those of
/// reading.
chart::RooflineChart roofline_chart(const Roofline& roofline, int threads);

/// One picture for each number of threads that arithmetic was measured with, fewest first; where it was not,
/// one for the most threads of any limit.
std::vector<chart::RooflineChart> roofline_charts(const Roofline& roofline);

/// Whose limits and cases these are, in one sentence. `cases`: nullptr where none are placed.
std::string sources_text(const Run& limits, const Run* cases);

/// {"schema_version", "command": "roofline", "run", "sources": {"limits": {"run", "host", "started_utc"},
/// "cases": the same or null}, "device", "fidelity", "contended", "limits": [...], "placements": [...]}. The
/// hosts' names only where `identify`; `contended`: a sentence, or "".
std::string roofline_json(const Roofline& roofline, const Run& limits, const Run* cases,
                          const std::string& contended, bool identify);

}  // namespace assay::cli

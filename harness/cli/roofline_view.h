// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "harness/answers/roofline.h"
#include "reports/chart/roofline.h"

namespace assay::cli {

/// The limits as a table, a value in the unit that people read.
std::string limits_table(const Roofline& roofline, std::size_t width);

/// Where the cases stand; "" without any.
std::string placements_table(const Roofline& roofline, std::size_t width);

/// The picture: the limits of `threads` threads, and the cases that ran with as many. Bandwidths are those of
/// reading.
chart::RooflineChart roofline_chart(const Roofline& roofline, int threads);

/// {"schema_version", "command": "roofline", "run", "limits": [...], "placements": [...]}.
std::string roofline_json(const Roofline& roofline, const std::string& run_id);

}  // namespace assay::cli

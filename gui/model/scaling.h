// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gui/model/source.h"
#include "gui/model/table.h"
#include "reports/chart/lines.h"

namespace assay::gui {

/// How many times as fast each case is along a parameter of numbers as at the value that others are held
/// against, with intervals: the pairs of `order` (the selected case's first), at most six cases, and what the
/// machine's own limits (roof.mem, roof.fma) do along it. Of `threads` by those that were seen, with what
/// would be proportional. Without a parameter of numbers the picture says what to do.
chart::LineChart scaling_chart(const Pairing& pairing, const std::vector<int>& order,
                               const std::string& selected);

/// "show as table" of it.
Table scaling_table(const chart::LineChart& picture);

}  // namespace assay::gui

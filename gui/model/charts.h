// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gui/model/source.h"
#include "reports/chart/bars.h"
#include "reports/chart/ecdf.h"
#include "reports/chart/histogram.h"
#include "reports/chart/lines.h"

namespace assay::gui {

/// Points over commits with levels and their noise (the middle 80 % of the points of a level), changes with
/// what was decided about them, and marks where the environment changed.
chart::LineChart history_chart(const Overview& data, std::size_t series);

/// A row each: the ratios of the pairs' headlines with their intervals, the rows of `order` (indices of
/// pairs), at most 60: what is worse first.
chart::BarChart ratio_chart(const Comparison& comparison, const std::vector<int>& order);

chart::EcdfChart ecdf_chart(const Distribution& data);
chart::HistogramChart histogram_chart(const Distribution& data);
chart::LineChart order_chart(const Distribution& data);    ///< samples as they came, launch behind launch
chart::BarChart launches_chart(const Distribution& data);  ///< medians, the middle 80 % as whiskers

}  // namespace assay::gui

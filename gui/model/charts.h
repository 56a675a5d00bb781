// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gui/model/source.h"
#include "reports/chart/bars.h"
#include "reports/chart/ecdf.h"
#include "reports/chart/heat_map.h"
#include "reports/chart/histogram.h"
#include "reports/chart/lines.h"
#include "reports/chart/violin.h"

namespace assay::gui {

/// As reports and terminal have it (reports/document/history_words.h), with what was decided about changes.
chart::LineChart history_chart(const SeriesHistory& data);

/// A row each: the ratios of the pairs' headlines with their intervals, the rows of `order` (indices of
/// pairs), at most `most`: what is worse first.
chart::BarChart ratio_chart(const Comparison& comparison, const std::vector<int>& order, std::size_t most);

chart::EcdfChart ecdf_chart(const Distribution& data);
chart::HistogramChart histogram_chart(const Distribution& data);
/// What one call in N takes longer than, N on a logarithmic axis: the tail. Nothing of batches, which have
/// none.
chart::LineChart percentile_chart(const Distribution& data);
/// Samples by their place in the launch and by their time: what changes while a launch goes on.
chart::HeatMap heat_map(const Distribution& data);
chart::LineChart order_chart(const Distribution& data);  ///< samples as they came, launch behind launch
/// How often calls take how long, a row a run.
chart::ViolinChart violin_chart(const Distribution& data);
/// What a sample says of those behind it in its launch: outside the band it is no accident (5 %).
chart::LineChart autocorrelation_chart(const Distribution& data);
chart::BarChart launches_chart(const Distribution& data);  ///< medians, the middle 80 % as whiskers

}  // namespace assay::gui

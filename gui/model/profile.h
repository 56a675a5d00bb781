// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gui/model/source.h"
#include "gui/model/table.h"
#include "reports/chart/bars.h"

namespace assay::gui {

/// Instructions of a call by object, function and loop, or the time in the program's regions where it marks
/// some and no instructions were counted. \p difference: colours say what changed since the base run, where
/// that has stacks too. Without any the picture says how to get them.
chart::FlameChart flame_chart(const CaseProfile& profile, const std::string& search,
                              std::optional<std::size_t> root, bool difference);
/// Whether a base run's stacks are there, for a difference.
bool has_difference(const CaseProfile& profile);
/// "show as table" of it.
Table stacks_table(const CaseProfile& profile);

/// What stands where its roofline would: how its device's limits are measured, or that nothing does.
std::string no_roofline_text(const CaseProfile& profile);

/// A loop in a line: "1. 62 % in gemv_q4_0, 12 instructions, 4096 turns".
std::string loop_text(const LoopListing& loop, std::size_t number);
/// Its instructions, by address: how often a call executes each, and where its jumps lead.
Table listing_table(const LoopListing& loop);
/// The one of `others` that is the same loop of the same function; absent: none is.
std::optional<std::size_t> partner_of(const LoopListing& loop, const std::vector<LoopListing>& others);

/// Where the slots of the pipeline go, in both runs (metric groups TOPDOWN1, TOPDOWN2): without them the
/// picture says why.
chart::BarChart top_down_chart(const CaseProfile& profile);

/// Factors of the time, then functions.
Table reasons_table(const CaseProfile& profile);

/// Every span: "show as table" of the timeline.
Table spans_table(const CaseProfile& profile);

}  // namespace assay::gui

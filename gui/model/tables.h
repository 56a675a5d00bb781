// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gui/model/filter.h"
#include "gui/model/place.h"
#include "gui/model/source.h"
#include "gui/model/table.h"

namespace assay::gui {

/// A row a regression, the largest first; what is not open is minor. Ids are RegressionEntry::row_id.
Table regressions_table(const Overview& data, std::int64_t now_utc_ms);
/// The entry of that row, or nullptr.
const RegressionEntry* find_regression(const Overview& data, const std::string& row_id);

/// What was brushed of runs: when they were measured, and of which commits.
struct Brushed {
  std::optional<Range> time;
  std::optional<Range> commits;
  bool any() const { return time || commits; }
  /// `place`: of its commit on its line; one that is not known lies in no range.
  bool holds(std::int64_t started_utc_ms, const std::optional<std::int64_t>& place) const;
  friend bool operator==(const Brushed&, const Brushed&) = default;
};
Brushed brushed_by(const Filter& filter);
/// The filter's text with the range of these points in it: of their commits where all have a place, else of
/// their times. \returns `filter` where no point lies from `low` to `high` (indices).
std::string brushed_text(const std::string& filter, const std::vector<HistoryPoint>& points, double low,
                         double high);

/// The points of a series, newest first: "show as table" of its history.
Table points_table(const Series& series);

/// A row a pair; pairs that are `same` are minor. Exact counts that differ have rows of their own. The field
/// "case" is the new side's.
Table comparison_table(const Comparison& comparison);
/// The id of a pair's row there: its key, and place on the axis.
std::string row_id(const Pair& pair);

/// What is not the same in two runs' hosts, settings, subjects; everything that is the same is minor.
Table environment_table(const Run& base, const Run& candidate);

/// The commits of two runs, and those on the line between them as far as it is known.
Table commits_table(const Run& base, const Run& candidate);

/// The sides that a place means, see Sides.
Sides sides_of(const Place& place, const Overview& data);

/// A row a case that any series follows: what Distribution and Profile show one of. Ids are the cases.
Table cases_table(const Overview& data);

/// All metrics of a row, those without a value with the reason.
Table metrics_table(const CaseProfile& profile);

}  // namespace assay::gui

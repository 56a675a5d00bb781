// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/judge/history.h"
#include "harness/judge/triage.h"
#include "reports/chart/lines.h"

/// The words of history's and regressions' texts, all of them printable, and the picture of a series: one for
/// terminal, reports and window.
namespace assay::reports {

std::string place_text(const HistoryPoint& point);  ///< "1a2b3c4d", "1a2b3c4d+changes", "run 5e6f7a8b"
std::string time_text(const HistoryPoint& point);   ///< of the commit, else of the run: "2026-11-20 14:03"
std::string short_text(const std::string& text, std::size_t most);  ///< first characters, then "..."

std::string change_word(const Change& change);  ///< "worse", "better", "changed"
std::string change_size(const Change& change);  ///< "0.909x": > 1 is better
std::string mark_text(const Mark& mark);        ///< "kernel: 6.1 -> 6.9"
/// Why a change is not put on the code: "it comes with another environment (kernel: ...)"; "" where it is.
std::string cause_text(const Change& change);
/// "between 1a2b3c4d and 5e6f7a8b (3 commits)"; "" where one of them knows no commit, or the change is put on
/// the host.
std::string between_text(const Change& change, const HistoryPoint& first, const HistoryPoint& last);
/// "at 5e6f7a8b (Ada, 2026-11-20: subject), between ...".
std::string range_text(const Series& series, const Change& change);
std::string event_text(
    const TriageState& state);  ///< " by Ada until 2026-12-01: reason"; "" without an event

/// Points over commits with the level of each stretch, changes (of `states`, one a change and maybe none,
/// those that are acknowledged or ignored recede), and where the environment changed (nothing where it did so
/// more than six times: runners that take turns change all the time). `noise`: a level has a band, three
/// times the median distance of its points from it; spikes do not count, and fewer than three points have
/// none.
chart::LineChart history_chart(const Series& series, const std::vector<std::string>& states = {},
                               bool noise = true);

}  // namespace assay::reports

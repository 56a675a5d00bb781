// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/judge/history.h"
#include "harness/judge/triage.h"

/// The words of history's and regressions' texts, all of them printable.
namespace assay::cli {

std::string value_text(const Series& series, double value);  ///< "4.21 ms"
std::string place_text(const HistoryPoint& point);  ///< "1a2b3c4d", "1a2b3c4d+changes", "run 5e6f7a8b"
std::string time_text(const HistoryPoint& point);   ///< of the commit, else of the run: "2026-11-20 14:03"
std::string short_text(const std::string& text, std::size_t most);  ///< first characters, then "..."

std::string change_word(const Change& change);  ///< "worse", "better", "changed"
std::string change_size(const Change& change);  ///< "0.909x": > 1 is better
std::string mark_text(const Mark& mark);        ///< "kernel: 6.1 -> 6.9"
/// Why a change is not put on the code: "it comes with another environment (kernel: ...)"; "" where it is.
std::string cause_text(const Change& change);
/// "in 3 commits behind 1a2b3c4d: to 5e6f7a8b (Ada, 2026-11-20: subject)".
std::string range_text(const Series& series, const Change& change);
std::string event_text(
    const TriageState& state);  ///< " by Ada until 2026-12-01: reason"; "" without an event

}  // namespace assay::cli

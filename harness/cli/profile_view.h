// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "harness/answers/profile.h"
#include "harness/answers/profile_difference.h"
#include "harness/cli/port_bound.h"
#include "harness/core/run.h"
#include "reports/chart/timeline.h"

namespace assay::cli {

/// A profile with what it is shown with.
struct ShownProfile {
  Profile profile;
  std::vector<PortBound> bounds;  ///< of its first loops
};

/// Above a part of a profile.
inline std::string heading(const std::string& text) { return "\n" + text + "\n"; }

/// The profile of one case, top down: what limits it, time, place under the roofline, counts, functions, and
/// the hottest `loops` loops with their assembly and their bounds by ports.
std::string profile_text(const ShownProfile& shown, const Run& run, std::size_t loops, std::size_t width);

/// The launches and their phases over time, and threads with the regions of a program; rows in the middle of
/// very many are left out, as the title then says.
chart::TimelineChart timeline_chart(const Profile& profile);

/// {"schema_version", "command": "profile", "profiles": [{"run", "run_state", "case", "status", "findings",
/// "metrics":
/// [...], "roofline", "hot_spots": [{"function", "object", "source", "instructions", "listing": [...]}],
/// "loops": [{..., "model": null or {"cpu", "ports_cycles", "turn_cycles", "limit", "reason"}}], "regions":
/// [{"path", "calls", "median_ns", "p99_ns", "share", "self"}], "phases":
/// [...]}]}. Paths only where `identify`.
std::string profiles_json(const std::vector<ShownProfile>& profiles, const Run& run, bool identify);

/// Short names of two sides: what their cases differ by ("simd dtype=q8_0"), else their runs ("run
/// 1f2e3d4c"), else "base" and "other". Safe for a terminal.
std::pair<std::string, std::string> side_names(const ResultRow& base, const ResultRow& other);

/// Two profiles side by side: their metrics, which factors make the difference, and which functions changed.
std::string difference_text(const Profile& base, const Profile& other, std::size_t width);

/// {"schema_version", "command": "profile --against", "base": one of profiles_json, "other": likewise,
/// "ratio", "apart", "per", "factors": [{"what", "base", "other", "share"}], "functions": [{"function",
/// "base", "other"}], "caution"}.
std::string difference_json(const Profile& base, const Run& base_run, const Profile& other,
                            const Run& other_run, bool identify);

}  // namespace assay::cli

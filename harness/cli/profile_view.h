// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "harness/answers/profile.h"
#include "harness/core/run.h"

namespace assay::cli {

/// The profile of one case, top down: what limits it, time, place under the roofline, counts, functions, and
/// the hottest `loops` loops with their assembly.
std::string profile_text(const Profile& profile, const Run& run, std::size_t loops, std::size_t width);

/// {"schema_version", "command": "profile", "run", "case", "status", "findings", "metrics": [...],
/// "roofline", "hot_spots": [{"function", "object", "source", "instructions", "listing": [...]}], "loops":
/// [...], "phases": [...]}. Paths only where `identify`.
std::string profile_json(const Profile& profile, const Run& run, bool identify);

}  // namespace assay::cli

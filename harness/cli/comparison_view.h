// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/judge/comparison.h"

namespace assay::cli {

/// "0.944x [0.857, 0.997]"; empty without a ratio.
std::string ratio_text(const Verdict& verdict);

/// The table of a comparison: a line for each case, and for each exact count that changed; then how many
/// cases came out how. `ratio` says what the ratio is: "it is the median over all pairs of launches".
std::string comparison_text(const Comparison& comparison, const std::string& ratio, std::size_t width);

}  // namespace assay::cli

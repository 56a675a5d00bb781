// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/answers/regions.h"

namespace assay::cli {

/// The regions by nesting, with a bar where each one's share of the run lies: those in one region beside each
/// other. Below them what they lack. "" of no region and no fault.
std::string regions_text(const std::vector<RegionRow>& regions, const std::vector<std::string>& faults,
                         std::size_t width);

}  // namespace assay::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "collectors/callgrind/dump.h"
#include "harness/core/hot_spot.h"

namespace assay::callgrind {

/// What a call executes, by function: (more - fewer) / calls at every address, most instructions first.
/// Functions that make up the last hundredth of all are left out, and so is all beyond `most` functions or
/// 4,000 instructions in all. Not yet disassembled. Pure.
std::vector<HotSpot> hot_spots(const Functions& fewer, const Functions& more, double calls,
                               std::size_t most = 20);

}  // namespace assay::callgrind

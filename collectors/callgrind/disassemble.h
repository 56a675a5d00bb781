// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "harness/core/hot_spot.h"

namespace assay::callgrind {

/// Fills in HotInstruction::text from the objects as they are on disk now: ELF files of x86-64 and AArch64,
/// by Capstone. What cannot be read or is no instruction keeps an empty text; all do in a build without
/// Capstone.
void disassemble(std::vector<HotSpot>& spots);

}  // namespace assay::callgrind

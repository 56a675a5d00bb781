// SPDX-License-Identifier: Apache-2.0
// Where Assay was built without Capstone.
#include "collectors/callgrind/disassemble.h"

namespace assay::callgrind {

void disassemble(std::vector<HotSpot>&) {}

}  // namespace assay::callgrind

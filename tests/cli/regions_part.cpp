// SPDX-License-Identifier: Apache-2.0
// The C++ half of regions_program.c.
#include <stdexcept>

#include "harness/core/assay_regions.h"

extern "C" void regions_part();

void regions_part() {
  try {
    ASSAY_REGION_SCOPE("scope");
    ASSAY_REGION_SCOPE("deeper");
    throw std::runtime_error("a region ends here, too");
  } catch (const std::exception&) {
  }
}

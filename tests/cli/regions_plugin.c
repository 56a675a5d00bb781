/* SPDX-License-Identifier: Apache-2.0 */
/* What regions_program.c opens, runs and closes. */
#include "harness/core/assay_regions.h"

void plugin(void);

void plugin(void) {
  ASSAY_REGION_BEGIN("plugin");
  ASSAY_REGION_END("plugin");
}

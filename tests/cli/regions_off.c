/* SPDX-License-Identifier: Apache-2.0 */
/* Strict C11 without POSIX, and nothing of the header is left: it needs no declaration of what is named. */
#define ASSAY_REGIONS_OFF
#include "harness/core/assay_regions.h"

int main(void) {
  ASSAY_REGION_BEGIN(not declared);
  ASSAY_REGION_END(not declared);
  return 0;
}

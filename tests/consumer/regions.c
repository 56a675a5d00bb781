/* SPDX-License-Identifier: Apache-2.0 */
#include <assay_regions.h>

static volatile double total;

static void step(int size) {
  ASSAY_REGION_BEGIN("step");
  for (int i = 0; i < size; ++i) total = total + i;
  ASSAY_REGION_END("step");
}

int main(void) {
  ASSAY_REGION_BEGIN("solve");
  for (int i = 0; i < 100; ++i) step(10000);
  ASSAY_REGION_END("solve");
  return 0;
}

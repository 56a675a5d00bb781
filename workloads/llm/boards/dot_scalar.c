/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/llm/boards/dot.h"

void assay_dot4_q8(const int8_t* x, const int8_t* w, int32_t stride, int32_t sums[4]) {
  const int8_t* w1 = w + stride;
  const int8_t* w2 = w1 + stride;
  const int8_t* w3 = w2 + stride;
  int32_t sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
  for (const int8_t* const end = x + 32; x < end;) {
    const int32_t value = *x++;
    sum0 += value * *w++;
    sum1 += value * *w1++;
    sum2 += value * *w2++;
    sum3 += value * *w3++;
  }
  sums[0] = sum0, sums[1] = sum1, sums[2] = sum2, sums[3] = sum3;
}

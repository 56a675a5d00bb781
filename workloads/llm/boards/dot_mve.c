/* SPDX-License-Identifier: Apache-2.0 */
/* Armv8.1-M with MVE (Helium): 16 products of 8 bits an instruction. */
#include <arm_mve.h>

#include "workloads/llm/boards/dot.h"

static inline int32_t dot(int8x16_t first, int8x16_t second, const int8_t* w) {
  return vmladavaq_s8(vmladavq_s8(first, vld1q_s8(w)), second, vld1q_s8(w + 16));
}

void assay_dot4_q8(const int8_t* x, const int8_t* w, int32_t stride, int32_t sums[4]) {
  const int8x16_t first = vld1q_s8(x), second = vld1q_s8(x + 16);
  sums[0] = dot(first, second, w);
  sums[1] = dot(first, second, w + stride);
  sums[2] = dot(first, second, w + 2 * stride);
  sums[3] = dot(first, second, w + 3 * stride);
}

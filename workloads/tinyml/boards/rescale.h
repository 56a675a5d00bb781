/* SPDX-License-Identifier: Apache-2.0 */
/* assay_q_requantise() in fewer instructions, for cores without vectors. Freestanding C11. */
#ifndef ASSAY_TINYML_RESCALE_H
#define ASSAY_TINYML_RESCALE_H

#include "workloads/tinyml/kernels/int8.h"

/* Equal to assay_q_requantise() for every sum, as no multiplier is negative: then the high product cannot
 * overflow. To nearest with ties away from zero is: one less where negative, then the shift, and the last bit
 * that it shifted out. */
static inline int8_t assay_rescale(const assay_layer_int8* layer, int32_t o, int32_t sum) {
  const int32_t shift = layer->shift[o];
  const int32_t x = shift > 0 ? (int32_t)((uint32_t)sum << shift) : sum;
  int32_t y = (int32_t)(((int64_t)x * layer->multiplier[o] + (INT64_C(1) << 30)) >> 31);
  if (shift < 0) {
    y += y >> 31;
    y = (y >> -shift) + ((y >> (-shift - 1)) & 1);
  }
  const int32_t low = layer->low - layer->out_zero;
  const int32_t high = layer->high - layer->out_zero;
  if (y < low) y = low;
  if (y > high) y = high;
  return (int8_t)(y + layer->out_zero);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/kernels/int8.h"
#include "workloads/tinyml/kernels/quantise.h"

void assay_add_int8(const assay_add_scales_int8* scales, const int8_t* a, const int8_t* b, int32_t count,
                    int8_t* out) {
  const int32_t headroom = INT32_C(1) << 20;
  for (int32_t i = 0; i < count; ++i) {
    const int32_t first =
        assay_q_multiply((a[i] - scales->a_zero) * headroom, scales->a_multiplier, scales->a_shift);
    const int32_t second =
        assay_q_multiply((b[i] - scales->b_zero) * headroom, scales->b_multiplier, scales->b_shift);
    out[i] = assay_q_requantise(first + second, scales->out_multiplier, scales->out_shift, scales->out_zero,
                                scales->low, scales->high);
  }
}

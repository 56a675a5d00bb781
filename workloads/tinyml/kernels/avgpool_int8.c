/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/kernels/int8.h"

void assay_avgpool_int8(const int8_t* in, int32_t in_width, int32_t channels, int32_t pool_height,
                        int32_t pool_width, int8_t* out) {
  const int32_t count = pool_height * pool_width;
  for (int32_t c = 0; c < channels; ++c) {
    int32_t sum = 0;
    for (int32_t y = 0; y < pool_height; ++y) {
      for (int32_t x = 0; x < pool_width; ++x) sum += in[((int64_t)y * in_width + x) * channels + c];
    }
    /* C's division truncates: adding half with the sum's sign rounds ties away from zero. */
    out[c] = (int8_t)((sum > 0 ? sum + count / 2 : sum - count / 2) / count);
  }
}

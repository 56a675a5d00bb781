/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/boards/taps.h"

void assay_conv2d_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  assay_conv2d_by_columns(layer, in, out);
}

void assay_fully_connected_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  assay_fully_connected_by_fours(layer, in, out);
}

void assay_copy(int8_t* to, const int8_t* from, int32_t count) {
  int32_t i = 0;
  for (; i + 4 <= count; i += 4) __builtin_memcpy(to + i, from + i, 4); /* a word, from any address */
  for (; i < count; ++i) to[i] = from[i];
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/boards/taps.h"

void assay_conv2d_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  assay_conv2d_by_columns(layer, in, out);
}

void assay_depthwise_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  assay_depthwise_by_rows(layer, in, out);
}

void assay_fully_connected_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  assay_fully_connected_by_fours(layer, in, out);
}

void assay_copy(int8_t* to, const int8_t* from, int32_t count) {
  for (const int8_t* const end = from + count; from < end;) *to++ = *from++;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/kernels/int8.h"
#include "workloads/tinyml/kernels/quantise.h"

void assay_fully_connected_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  const int8_t* weights = layer->weights;
  for (int32_t o = 0; o < layer->out_channels; ++o) {
    int32_t sum = layer->bias[o];
    for (int32_t c = 0; c < layer->in_channels; ++c) sum += (in[c] - layer->in_zero) * *weights++;
    out[o] = assay_q_requantise(sum, layer->multiplier[o], layer->shift[o], layer->out_zero, layer->low,
                                layer->high);
  }
}

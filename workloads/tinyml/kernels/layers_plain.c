/* SPDX-License-Identifier: Apache-2.0 */
/* The layers as their definition says: the reference. */
#include "workloads/tinyml/kernels/int8.h"
#include "workloads/tinyml/kernels/quantise.h"

void assay_conv2d_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  for (int32_t y = 0; y < layer->out_height; ++y) {
    for (int32_t x = 0; x < layer->out_width; ++x) {
      for (int32_t o = 0; o < layer->out_channels; ++o) {
        *out++ = assay_q_requantise(assay_conv2d_int8_sum(layer, in, y, x, o), layer->multiplier[o],
                                    layer->shift[o], layer->out_zero, layer->low, layer->high);
      }
    }
  }
}

void assay_depthwise_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  for (int32_t y = 0; y < layer->out_height; ++y) {
    for (int32_t x = 0; x < layer->out_width; ++x) {
      for (int32_t c = 0; c < layer->out_channels; ++c) {
        *out++ = assay_q_requantise(assay_depthwise_int8_sum(layer, in, y, x, c), layer->multiplier[c],
                                    layer->shift[c], layer->out_zero, layer->low, layer->high);
      }
    }
  }
}

void assay_fully_connected_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  const int8_t* weights = layer->weights;
  for (int32_t o = 0; o < layer->out_channels; ++o) {
    int32_t sum = layer->bias[o];
    for (int32_t c = 0; c < layer->in_channels; ++c) sum += (in[c] - layer->in_zero) * *weights++;
    out[o] = assay_q_requantise(sum, layer->multiplier[o], layer->shift[o], layer->out_zero, layer->low,
                                layer->high);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The layers as boards run them: taps outside of the image are cut off before the inner loops (taps.h), which
 * make four outputs at a time. What is left over goes the reference's way. */
#include "workloads/tinyml/boards/rescale.h"
#include "workloads/tinyml/boards/taps.h"
#include "workloads/tinyml/kernels/int8.h"

/* The taps [first, last) of a row or column of the kernel that lie inside an image of `size`; `begin` is
 * where tap 0 lies. */
typedef struct span {
  int32_t begin, first, last;
} span;

static span span_of(int32_t begin, int32_t taps, int32_t size) {
  const span s = {begin, begin < 0 ? -begin : 0, size - begin < taps ? size - begin : taps};
  return s;
}

void assay_conv2d_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  const int32_t channels = layer->in_channels;
  const int32_t row = layer->kernel_width * channels;
  const int32_t all = layer->kernel_height * row;
  const int32_t most = layer->out_channels / 4 * 4;
  for (int32_t y = 0; y < layer->out_height; ++y) {
    const span rows = span_of(y * layer->stride - layer->pad_top, layer->kernel_height, layer->in_height);
    for (int32_t x = 0; x < layer->out_width; ++x, out += layer->out_channels) {
      const span columns = span_of(x * layer->stride - layer->pad_left, layer->kernel_width, layer->in_width);
      const int32_t count = (columns.last - columns.first) * channels; /* side by side, in both */
      const int8_t* pixel =
          in + ((rows.begin + rows.first) * layer->in_width + columns.begin + columns.first) * channels;
      for (int32_t o = 0; o < most; o += 4) {
        const int8_t* taps = layer->weights + o * all + rows.first * row + columns.first * channels;
        const int8_t* values = pixel;
        int32_t sums[4] = {layer->bias[o], layer->bias[o + 1], layer->bias[o + 2], layer->bias[o + 3]};
        for (int32_t i = rows.first; i < rows.last; ++i) {
          assay_dot4_int8(values, taps, all, count, layer->in_zero, sums);
          values += layer->in_width * channels;
          taps += row;
        }
        assay_rescale4_int8(layer, o, sums, out + o);
      }
      for (int32_t o = most; o < layer->out_channels; ++o)
        out[o] = assay_rescale(layer, o, assay_conv2d_int8_sum(layer, in, y, x, o));
    }
  }
}

void assay_depthwise_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  const int32_t channels = layer->in_channels;
  const int32_t most = channels / 4 * 4;
  assay_window window = {
      .x_row = layer->in_width * channels, .w_row = layer->kernel_width * channels, .channels = channels};
  for (int32_t y = 0; y < layer->out_height; ++y) {
    const span rows = span_of(y * layer->stride - layer->pad_top, layer->kernel_height, layer->in_height);
    window.rows = rows.last - rows.first;
    for (int32_t x = 0; x < layer->out_width; ++x, out += channels) {
      const span columns = span_of(x * layer->stride - layer->pad_left, layer->kernel_width, layer->in_width);
      window.columns = columns.last - columns.first;
      const int8_t* pixel =
          in + ((rows.begin + rows.first) * layer->in_width + columns.begin + columns.first) * channels;
      const int8_t* taps = layer->weights + (rows.first * layer->kernel_width + columns.first) * channels;
      for (int32_t c = 0; c < most; c += 4) {
        int32_t sums[4] = {layer->bias[c], layer->bias[c + 1], layer->bias[c + 2], layer->bias[c + 3]};
        assay_window4_int8(pixel + c, taps + c, &window, layer->in_zero, sums);
        assay_rescale4_int8(layer, c, sums, out + c);
      }
      for (int32_t c = most; c < channels; ++c)
        out[c] = assay_rescale(layer, c, assay_depthwise_int8_sum(layer, in, y, x, c));
    }
  }
}

void assay_fully_connected_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  const int32_t channels = layer->in_channels;
  const int32_t most = layer->out_channels / 4 * 4;
  for (int32_t o = 0; o < most; o += 4) {
    int32_t sums[4] = {layer->bias[o], layer->bias[o + 1], layer->bias[o + 2], layer->bias[o + 3]};
    assay_dot4_int8(in, layer->weights + o * channels, channels, channels, layer->in_zero, sums);
    assay_rescale4_int8(layer, o, sums, out + o);
  }
  for (int32_t o = most; o < layer->out_channels; ++o) {
    int32_t sum = layer->bias[o];
    for (int32_t c = 0; c < channels; ++c) sum += (in[c] - layer->in_zero) * layer->weights[o * channels + c];
    out[o] = assay_rescale(layer, o, sum);
  }
}

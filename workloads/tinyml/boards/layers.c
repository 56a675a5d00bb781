/* SPDX-License-Identifier: Apache-2.0 */
/* The layers as boards run them, with the inner loops of taps.h. Convolutions are products of matrices, of
 * whose inputs a few columns lie on the stack; depthwise ones keep as many rows of four channels there as the
 * kernel has. What is too large for that, or left over, goes the reference's way. */
#include <stddef.h>

#include "workloads/tinyml/boards/rescale.h"
#include "workloads/tinyml/boards/taps.h"
#include "workloads/tinyml/kernels/int8.h"

/* Four columns of 16 bits and one of 8, or rows of 16 bits, lie on the stack, and so do 1 KiB of frames.
 * Where a board's stack is too small for that, the layer goes the reference's way, too. */
#ifndef ASSAY_BOARD_STACK
#define ASSAY_BOARD_STACK 0x4000
#endif
enum { room = ASSAY_BOARD_STACK - 1024 };
enum { most_taps = room / 9 < 640 ? room / 9 : 640, most_row_values = room / 2 < 4096 ? room / 2 : 4096 };

void assay_gather(const assay_layer_int8* layer, const int8_t* in, int32_t y, int32_t x, int8_t* to) {
  const int32_t channels = layer->in_channels;
  const int32_t top = y * layer->stride - layer->pad_top;
  const int32_t left = x * layer->stride - layer->pad_left;
  const int32_t first = left < 0 ? -left : 0;
  const int32_t last =
      layer->in_width - left < layer->kernel_width ? layer->in_width - left : layer->kernel_width;
  for (int32_t i = top; i < top + layer->kernel_height; ++i) {
    const int8_t* end = to + layer->kernel_width * channels;
    if (i >= 0 && i < layer->in_height) {
      for (const int8_t* edge = to + first * channels; to < edge;) *to++ = (int8_t)layer->in_zero;
      assay_copy(to, in + (i * layer->in_width + left + first) * channels, (last - first) * channels);
      to += (last - first) * channels;
    }
    while (to < end) *to++ = (int8_t)layer->in_zero;
  }
}

/* Column by column, with the inputs of each where they lie, or gathered. */
static void multiply(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  const int32_t count = layer->kernel_height * layer->kernel_width * layer->in_channels;
  const int32_t pixels = layer->out_height * layer->out_width;
  const int apart = layer->kernel_height == 1 && layer->kernel_width == 1 && layer->stride == 1 &&
                    layer->pad_top == 0 && layer->pad_left == 0;
  _Alignas(8) int16_t columns[assay_columns_size(count)];
  int8_t gathered[count];
  const int quick = assay_is_quick(layer, 0, layer->out_channels, count);
  for (int32_t i = 0; i < pixels; i += assay_block) {
    /* The last block may do again what the one before it did: a whole one takes fewer instructions than a
     * part. */
    if (i + assay_block > pixels && pixels >= assay_block) i = pixels - assay_block;
    const int32_t left = pixels < assay_block ? pixels : assay_block;
    int32_t y = i / layer->out_width;
    int32_t x = i % layer->out_width;
    for (int32_t p = 0; p < assay_block; ++p) {
      if (p < left && !apart) {
        assay_gather(layer, in, y, x, gathered);
        if (++x == layer->out_width) x = 0, ++y;
      }
      const int8_t* values = apart ? in + (i + (p < left ? p : 0)) * count : gathered;
      assay_put_column(values, count, layer->in_zero, p, columns);
    }
    assay_multiply_columns(layer, columns, count, quick, left, out + i * layer->out_channels);
  }
}

void assay_conv2d_by_columns(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  if (layer->kernel_height * layer->kernel_width * layer->in_channels <= most_taps) {
    multiply(layer, in, out);
    return;
  }
  for (int32_t y = 0; y < layer->out_height; ++y) {
    for (int32_t x = 0; x < layer->out_width; ++x) {
      for (int32_t o = 0; o < layer->out_channels; ++o)
        *out++ = assay_rescale(layer, o, assay_conv2d_int8_sum(layer, in, y, x, o));
    }
  }
}

/* A row of four channels, between its zeros; one outside of the image is all zeros. */
static void put_row(const assay_layer_int8* layer, const int8_t* in, int32_t y, int32_t c, int32_t width,
                    int16_t* to) {
  if (y < 0 || y >= layer->in_height) {
    for (int32_t i = 0; i < 4 * width; ++i) to[i] = 0;
    return;
  }
  const int32_t room = width - layer->pad_left;
  assay_put_fours(in + y * layer->in_width * layer->in_channels + c, layer->in_channels,
                  layer->in_width < room ? layer->in_width : room, layer->in_zero, to + 4 * layer->pad_left);
}

/* Channels [c, c + 4); `width` pixels of a row with its zeros are read. */
static void four_channels(const assay_layer_int8* layer, const int8_t* in, int32_t c, int32_t width,
                          int8_t* out) {
  const int32_t height = layer->kernel_height;
  const int32_t row = 4 * width;
  _Alignas(8) int16_t rows[height * row];
  _Alignas(8) int16_t taps[height * layer->kernel_width * 4];
  assay_fours window; /* member by member: an initialiser would fill all of it with zeros, byte by byte */
  window.taps = taps, window.height = height, window.width = layer->kernel_width;
  assay_put_scales(layer, c, &window);
  for (int32_t i = 0; i < height * row; ++i) rows[i] = 0; /* what lies beside a row stays so */
  assay_put_fours(layer->weights + c, layer->in_channels, height * layer->kernel_width, 0, taps);
  int32_t next = -layer->pad_top; /* the first row that is not there yet */
  for (int32_t y = 0; y < layer->out_height; ++y) {
    const int32_t top = y * layer->stride - layer->pad_top;
    if (next < top) next = top;
    for (; next < top + height; ++next)
      put_row(layer, in, next, c, width, rows + (next + layer->pad_top) % height * row);
    for (int32_t i = 0; i < height; ++i) window.rows[i] = rows + (top + i + layer->pad_top) % height * row;
    assay_row4_int8(layer, c, &window, out + y * layer->out_width * layer->out_channels + c);
  }
}

void assay_depthwise_by_rows(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  const int32_t channels = layer->in_channels;
  const int32_t width = (layer->out_width - 1) * layer->stride + layer->kernel_width;
  const int fits = layer->kernel_height <= assay_most_rows &&
                   4 * layer->kernel_height * (width + layer->kernel_width) <= most_row_values;
  const int32_t most = fits ? channels / 4 * 4 : 0;
  for (int32_t c = 0; c < most; c += 4) four_channels(layer, in, c, width, out);
  if (most == channels) return;
  for (int32_t y = 0; y < layer->out_height; ++y) {
    for (int32_t x = 0; x < layer->out_width; ++x, out += channels) {
      for (int32_t c = most; c < channels; ++c)
        out[c] = assay_rescale(layer, c, assay_depthwise_int8_sum(layer, in, y, x, c));
    }
  }
}

void assay_fully_connected_by_fours(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
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

/* SPDX-License-Identifier: Apache-2.0 */
/* The inner loops of layers.c: the files taps_*.c and rows_*.c of each way to run them, of which an image has
 * one. Freestanding C11. No sum overflows where those of int8.h do not. */
#ifndef ASSAY_TINYML_TAPS_H
#define ASSAY_TINYML_TAPS_H

#include <stdint.h>

#include "workloads/tinyml/kernels/int8.h"

/* A convolution as a product of matrices: each row of weights meets the inputs of `assay_block` pixels at
 * once. */
enum { assay_block = 4, assay_most_rows = 8 };

/* Numbers of 16 bits, of `assay_block` columns of `count` values each. */
static inline int32_t assay_columns_size(int32_t count) { return assay_block * ((count + 15) / 16 * 16); }

/* Column `at` in [0, assay_block): values[i] - zero, in a form that is this file's own. `columns` is aligned
 * to 8. */
void assay_put_column(const int8_t* values, int32_t count, int32_t zero, int32_t at, int16_t* columns);

/* May the outputs of this layer, each of `count` products, be rescaled in a shorter way, where this file has
 * one? Asked once a layer, for channels [first, last). */
int assay_is_quick(const assay_layer_int8* layer, int32_t first, int32_t last, int32_t count);

/* out[p * out_channels + o] = rescaled bias[o] + sum_i column_p[i] * weights[o * count + i], of all outputs
 * and the first `pixels` columns; all columns hold something. `quick`: assay_is_quick() of all channels. */
void assay_multiply_columns(const assay_layer_int8* layer, const int16_t* columns, int32_t count, int quick,
                            int32_t pixels, int8_t* out);

/* Of layers.c: the inputs of one output pixel, [kernel_height][kernel_width][in_channels]; in_zero outside of
 * the image. And the layers of int8.h by what this file declares, for implementations that have no other way:
 * columns for convolutions, rows of four channels for depthwise ones, four outputs for fully connected ones.
 */
void assay_gather(const assay_layer_int8* layer, const int8_t* in, int32_t y, int32_t x, int8_t* to);
void assay_conv2d_by_columns(const assay_layer_int8* layer, const int8_t* in, int8_t* out);
void assay_depthwise_by_rows(const assay_layer_int8* layer, const int8_t* in, int8_t* out);
void assay_fully_connected_by_fours(const assay_layer_int8* layer, const int8_t* in, int8_t* out);

/* to[i] = from[i], i in [0, count), which may be 0. */
void assay_copy(int8_t* to, const int8_t* from, int32_t count);

/* sums[k] += sum_i (x[i] - zero) * w[k * stride + i], i in [0, count), k in [0, 4). */
void assay_dot4_int8(const int8_t* x, const int8_t* w, int32_t stride, int32_t count, int32_t zero,
                     int32_t sums[4]);

/* Four neighbouring channels of `count` pixels that are `step` apart, less zero, to to[4 * i], in an order
 * that is this file's own. `to` is aligned to 8. */
void assay_put_fours(const int8_t* values, int32_t step, int32_t count, int32_t zero, int16_t* to);

/* How sums of one output become int8, in a form that is this file's own. */
typedef struct assay_scale {
  int32_t multiplier, right, half;
} assay_scale;

/* A window of an image and its taps, as assay_put_fours() left them: rows[i] begins at the pixel of the first
 * tap of the first output. */
typedef struct assay_fours {
  const int16_t* rows[assay_most_rows];
  const int16_t* taps; /* [height][width][4] */
  int32_t height, width;
  int quick; /* assay_is_quick() of the four channels */
  assay_scale scales[4];
} assay_fours;

/* Sets quick and scales, of four channels from `channel` on, once for all of their rows. */
void assay_put_scales(const assay_layer_int8* layer, int32_t channel, assay_fours* window);

/* Four channels of one row of outputs, from `channel` on. */
void assay_row4_int8(const assay_layer_int8* layer, int32_t channel, const assay_fours* window, int8_t* out);

/* out[k] = sums[k] in the scale of the layer's output o + k: assay_q_requantise(). */
void assay_rescale4_int8(const assay_layer_int8* layer, int32_t o, const int32_t sums[4], int8_t* out);

#endif

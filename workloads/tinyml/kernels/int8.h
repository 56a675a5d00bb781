/* SPDX-License-Identifier: Apache-2.0 */
/* int8 neural-network kernels after the TFLite int8 quantisation specification: real = scale * (q - zero),
 * asymmetric activations, symmetric weights with a scale for each output channel, int32 bias with scale
 * in_scale * weight_scale. Freestanding C11, plain and obviously right: the reference of every faster
 * implementation, and what boards run.
 *
 * Tensors are dense NHWC with N = 1; padding is SAME unless the layer's out_* and pad_* say otherwise; a tap
 * outside the input contributes nothing. Sums wrap nowhere when kernel_height * kernel_width * in_channels <=
 * 65536. */
#ifndef ASSAY_TINYML_INT8_H
#define ASSAY_TINYML_INT8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A convolution, a depthwise convolution (out_channels == in_channels) or, with one pixel, a fully connected
 * layer. The layer borrows its arrays. multiplier and shift turn the accumulator's scale into the output's,
 * see assay_q_multiply; low and high are the fused activation's clamp in output units. */
typedef struct assay_layer_int8 {
  int32_t in_height, in_width, in_channels;
  int32_t out_height, out_width, out_channels;
  int32_t kernel_height, kernel_width;
  int32_t stride;
  int32_t pad_top, pad_left;
  int32_t in_zero, out_zero;
  int32_t low, high;
  const int8_t*
      weights; /* conv: [out][kernel_height][kernel_width][in]; depthwise: [kernel_height][kernel_width][c] */
  const int32_t* bias;       /* [out] */
  const int32_t* multiplier; /* [out], each >= 0 */
  const int32_t* shift;      /* [out], each in [-31, 30]; > 0 shifts left */
} assay_layer_int8;

/* Output size and leading padding of SAME: ceil(in / stride); the odd row or column of padding goes last. */
int32_t assay_same_size(int32_t in, int32_t stride);
int32_t assay_same_pad(int32_t in, int32_t kernel, int32_t stride);

/* out[y][x][o] = requantise(bias[o] + sum_{i,j,c} (in[y*stride-top+i][x*stride-left+j][c] - in_zero) *
 * w[o][i][j][c]) */
void assay_conv2d_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out);
/* The sum in the brackets for one output, bias included. */
int32_t assay_conv2d_int8_sum(const assay_layer_int8* layer, const int8_t* in, int32_t y, int32_t x,
                              int32_t o);

/* out[y][x][c] = requantise(bias[c] + sum_{i,j} (in[y*stride-top+i][x*stride-left+j][c] - in_zero) *
 * w[i][j][c]) */
void assay_depthwise_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out);
int32_t assay_depthwise_int8_sum(const assay_layer_int8* layer, const int8_t* in, int32_t y, int32_t x,
                                 int32_t c);

/* out[o] = requantise(bias[o] + sum_c (in[c] - in_zero) * w[o][c]); in_channels inputs, sizes of space are
 * not read. */
void assay_fully_connected_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out);

/* Mean over the window [0, pool_height) x [0, pool_width) of an in_height x in_width x channels input (one
 * output pixel, VALID), rounded to nearest with ties away from zero. Scales of input and output are equal. */
void assay_avgpool_int8(const int8_t* in, int32_t in_width, int32_t channels, int32_t pool_height,
                        int32_t pool_width, int8_t* out);

/* out[c] = round(256 * exp(beta * scale * in[c]) / sum_k exp(beta * scale * in[k])) - 128 in fixed point: the
 * exponential of differences from the maximum in Q5.26, the sum in Q12.19, the reciprocal by three Newton
 * steps. multiplier and left_shift are beta * scale * 2^26 as of assay_q_ratio; differences below diff_min
 * (<= 0) count as zero and give -128. diff_min = -floor(31 * 2^26 / 2^left_shift). Output scale 1/256, zero
 * point -128. count in [1, 256]. */
void assay_softmax_int8(const int8_t* in, int32_t count, int32_t multiplier, int32_t left_shift,
                        int32_t diff_min, int8_t* out);

/* Scales of an addition: multiplier_x and shift_x are scale_x / (2 * max(scale_a, scale_b)), those of the
 * output 2 * max(scale_a, scale_b) / (2^20 * scale_out), each as of assay_q_ratio; all shifts are <= 0. */
typedef struct assay_add_scales_int8 {
  int32_t a_zero, b_zero, out_zero;
  int32_t a_multiplier, a_shift;
  int32_t b_multiplier, b_shift;
  int32_t out_multiplier, out_shift;
  int32_t low, high; /* the fused activation's clamp in output units */
} assay_add_scales_int8;

/* out[i] = a[i] + b[i] in real numbers: both inputs are brought to a common scale with 20 bits more, rounded
 * once each, and the sum is rounded to the output's scale and clamped. */
void assay_add_int8(const assay_add_scales_int8* scales, const int8_t* a, const int8_t* b, int32_t count,
                    int8_t* out);

#ifdef __cplusplus
}
#endif

#endif

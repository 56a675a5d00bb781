/* SPDX-License-Identifier: Apache-2.0 */
/* The inner loops of layers.c: one file of taps_*.c for each way to run them, of which an image has
 * one. Freestanding C11. No sum overflows where those of int8.h do not. */
#ifndef ASSAY_TINYML_TAPS_H
#define ASSAY_TINYML_TAPS_H

#include <stdint.h>

#include "workloads/tinyml/kernels/int8.h"

/* sums[k] += sum_i (x[i] - zero) * w[k * stride + i], i in [0, count), k in [0, 4). */
void assay_dot4_int8(const int8_t* x, const int8_t* w, int32_t stride, int32_t count, int32_t zero,
                     int32_t sums[4]);

/* A window of an image and of a kernel: rows and columns of taps, and how far a row is from the next. From a
 * column to the next one there are `channels`. */
typedef struct assay_window {
  int32_t rows, columns;
  int32_t x_row, w_row;
  int32_t channels;
} assay_window;

/* Of four neighbouring channels: sums[k] += sum over the window of (x[k] - zero) * w[k]. */
void assay_window4_int8(const int8_t* x, const int8_t* w, const assay_window* window, int32_t zero,
                        int32_t sums[4]);

/* out[k] = sums[k] in the scale of the layer's output o + k: assay_q_requantise(). */
void assay_rescale4_int8(const assay_layer_int8* layer, int32_t o, const int32_t sums[4], int8_t* out);

#endif

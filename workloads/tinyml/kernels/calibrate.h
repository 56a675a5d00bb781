/* SPDX-License-Identifier: Apache-2.0 */
/* Seeded layers whose outputs fill the int8 range and go beyond it a little. Freestanding C11, integers only.
 */
#ifndef ASSAY_TINYML_CALIBRATE_H
#define ASSAY_TINYML_CALIBRATE_H

#include <stddef.h>
#include <stdint.h>

#include "workloads/tinyml/kernels/int8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum assay_layer_kind {
  assay_layer_conv,
  assay_layer_depthwise,
  assay_layer_fully_connected
} assay_layer_kind;

/* A layer's arrays, writable: assay_layer_int8 points at the same memory. */
typedef struct assay_layer_arrays {
  int8_t* weights;
  int32_t* bias;
  int32_t* multiplier;
  int32_t* shift;
} assay_layer_arrays;

/* How many weights a layer of this kind holds. */
size_t assay_layer_weights(const assay_layer_int8* layer, assay_layer_kind kind);

/* Weights uniform in [-127, 127] from stream "<name>.weights". */
void assay_seed_weights(const assay_layer_int8* layer, assay_layer_kind kind,
                        const assay_layer_arrays* arrays, uint64_t seed, const char* name);

/* Sets bias, multiplier and shift from the sums that the layer makes of `in`, so that a few in a hundred of
 * its outputs saturate at each end: an error of the clamp shows, and saturation hides no other. Let m be the
 * mean of a channel's sums over all pixels and d their mean distance from it: bias = -m, so that ReLU cuts
 * about half of them, and the multiplier maps d to T steps of the output, T = 45..58, with ReLU (low ==
 * out_zero) 90..116, drawn for each channel from stream "<name>.range". (Of a normal distribution 1 to 4 %
 * lie beyond 128 / T times d, and beyond twice that over twice T.) Where all sums are equal, m = 0 and d is
 * their size. A fully connected layer has one sum a channel: m is halfway between the least and the largest,
 * which is T = 133..150 steps away, so that these two saturate. */
void assay_calibrate(const assay_layer_int8* layer, assay_layer_kind kind, const assay_layer_arrays* arrays,
                     const int8_t* in, uint64_t seed, const char* name);

/* The same from at most `most` pixels of a layer, spread over it, for whole networks: boards are emulated,
 * and all pixels would take longer than the network. A fully connected layer with ReLU has T = 266..300; one
 * of two outputs, of which both would saturate, 20..40. */
void assay_calibrate_some(const assay_layer_int8* layer, assay_layer_kind kind,
                          const assay_layer_arrays* arrays, const int8_t* in, uint64_t seed, const char* name,
                          int32_t most);

/* seed ^ fnv1a64("<name>.<part>"): the key of a named stream, see harness/agent/seed.h. */
uint64_t assay_stream_key(uint64_t seed, const char* name, const char* part);

/* Takes `bytes` from the arena, 16-byte aligned. With arena == NULL it only counts. */
typedef struct assay_arena {
  unsigned char* base;
  size_t used;
} assay_arena;
void* assay_arena_take(assay_arena* arena, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif

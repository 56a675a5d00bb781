/* SPDX-License-Identifier: Apache-2.0 */
/* Seeded layers whose outputs use 60 to 90 % of the int8 range. Freestanding C11, integers only. */
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

/* Sets bias, multiplier and shift from the sums that the layer makes of `in`. Let a channel's sums (for a
 * fully connected layer: all channels') lie in [min, max] and m = (min + max) / 2: bias = -m, so that the
 * sums are centred and ReLU cuts about half of them; the multiplier maps (max - min) / 2 to T steps of the
 * output. With ReLU (low == out_zero) T = 153..229, 60 to 90 % of 255, drawn for each channel from stream
 * "<name>.range"; else T = 77..114 to either side. A channel with one sum only has m = 0. */
void assay_calibrate(const assay_layer_int8* layer, assay_layer_kind kind, const assay_layer_arrays* arrays,
                     const int8_t* in, uint64_t seed, const char* name);

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

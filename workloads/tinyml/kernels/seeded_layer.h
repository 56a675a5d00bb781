/* SPDX-License-Identifier: Apache-2.0 */
/* One seeded layer in an arena: what the rows of single layers share. Freestanding C11. */
#ifndef ASSAY_TINYML_SEEDED_LAYER_H
#define ASSAY_TINYML_SEEDED_LAYER_H

#include "harness/agent/kernel.h"
#include "workloads/tinyml/kernels/calibrate.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What lies at the start of the arena; the arrays follow it. */
typedef struct assay_seeded_layer {
  assay_layer_int8 layer;
  const int8_t* in; /* [in_height][in_width][in_channels] */
  int8_t* out;      /* [out_height][out_width][out_channels] */
  const void* constants;
  size_t constant_bytes;
} assay_seeded_layer;

/* The shape of a convolution with SAME padding; everything that is not shape is zero, the clamp is int8's. */
assay_layer_int8 assay_same_layer(int32_t height, int32_t width, int32_t in_channels, int32_t out_channels,
                                  int32_t kernel, int32_t stride);

/* Bytes of the arena of such a layer; 0 where an array of it would have more than 1 GiB, or a sum more than
 * 65,536 products. */
size_t assay_seeded_layer_bytes(const assay_layer_int8* shape, assay_layer_kind kind);

/* Inputs from stream "<name>.in", zero points from "<name>.zero", weights and scales as calibrate.h says. */
void assay_seeded_layer_prepare(void* arena, const assay_layer_int8* shape, assay_layer_kind kind,
                                uint64_t seed, const char* name);

/* As `output` and `input` of a row (kernel.h); `rank` 3 gives [height][width][channels], 1 [channels]. */
void assay_seeded_layer_output(const void* arena, int32_t rank, assay_kernel_tensor* result);
void assay_seeded_layer_input(const void* arena, assay_kernel_tensor* result);

/* Two operations a product; input, weights, 12 bytes a channel of bias and scale, output. */
void assay_seeded_layer_work(const assay_layer_int8* shape, assay_layer_kind kind, assay_kernel_work* result);

#ifdef __cplusplus
}
#endif

#endif

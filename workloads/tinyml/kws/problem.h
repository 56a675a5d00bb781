/* SPDX-License-Identifier: Apache-2.0 */
/* tinyml.kws, the DS-CNN of MLPerf Tiny, as a freestanding C11 row (harness/agent/kernel.h). */
#ifndef ASSAY_TINYML_KWS_PROBLEM_H
#define ASSAY_TINYML_KWS_PROBLEM_H

#include "harness/agent/kernel.h"
#include "workloads/tinyml/kernels/int8.h"

enum {
  assay_kws_coefficients = 10, /* MFCC coefficients in a frame */
  assay_kws_classes = 12,
  assay_kws_max_blocks = 4,
  assay_kws_max_layers = 2 + 2 * assay_kws_max_blocks
};

/* What lies at the start of the arena; the arrays follow it. */
typedef struct assay_kws_problem {
  int32_t blocks;
  /* conv; depthwise and pointwise of each block; fully connected: 2 + 2 * blocks of them. */
  assay_layer_int8 layers[assay_kws_max_layers];
  int32_t pool_height, pool_width;
  int32_t softmax_multiplier, softmax_shift, softmax_least;
  const int8_t* in; /* [frames][10] */
  int8_t*
      activations[2]; /* [height][width][filters]: conv and pointwise write the first, depthwise the second */
  int8_t* pooled;     /* [filters] */
  int8_t* logits;     /* [12] */
  int8_t* out;        /* [12] */
  const void* constants;
  size_t constant_bytes;
} assay_kws_problem;

#ifdef __cplusplus
extern "C" {
#endif
extern const assay_kernel assay_kernel_kws;
#ifdef __cplusplus
}
#endif

#endif

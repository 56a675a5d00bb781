/* SPDX-License-Identifier: Apache-2.0 */
/* A network as data: steps over tensors that lie in one arena, planned before it runs. The same executor runs
 * seeded networks and compiled models, on boards and on this host. Freestanding C11, no heap; nothing is kept
 * outside of the network, so several may run at once. */
#ifndef ASSAY_TINYML_NETWORK_H
#define ASSAY_TINYML_NETWORK_H

#include <stddef.h>
#include <stdint.h>

#include "workloads/tinyml/kernels/int8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum assay_step_kind {
  assay_step_conv,
  assay_step_depthwise,
  assay_step_fully_connected,
  assay_step_avgpool,
  assay_step_add,
  assay_step_softmax
} assay_step_kind;

/* Mean over the window at the upper left corner, one output pixel: assay_avgpool_int8(). */
typedef struct assay_pool_step {
  int32_t in_width, channels, height, width;
} assay_pool_step;

typedef struct assay_add_step {
  assay_add_scales_int8 scales;
  int32_t count;
} assay_add_step;

typedef struct assay_softmax_step {
  int32_t count, multiplier, shift, least;
} assay_softmax_step;

/* One layer: reads tensor `in` (an addition also `in2`), writes tensor `out`. */
typedef struct assay_network_step {
  int32_t kind; /* assay_step_kind: which member of `as` holds */
  int32_t in, in2, out;
  union {
    assay_layer_int8 layer; /* borrows its arrays */
    assay_pool_step pool;
    assay_add_step add;
    assay_softmax_step softmax;
  } as;
} assay_network_step;

/* What steps read and write. Tensor 0 is the network's input, which is kept outside of the arena, so that a
 * call can be repeated. */
typedef struct assay_network_tensor {
  int32_t bytes;
  int16_t first, last; /* the steps that write it first and read it last */
  int32_t offset;      /* in the arena; assay_plan() sets it */
} assay_network_tensor;

typedef struct assay_network {
  const assay_network_step* steps;
  const assay_network_tensor* tensors;
  int32_t step_count;
  const int8_t* input;
  int8_t* arena; /* as many bytes as assay_plan() said, aligned to 16 */
} assay_network;

/* Gives each tensor but the input its place, so that no two that live at the same step overlap: the largest
 * first, each at the lowest offset (multiples of 16) that is free while it lives. The bytes of the whole
 * arena. */
int32_t assay_plan(assay_network_tensor* tensors, int32_t count);

/* Where a tensor lies: in the arena, or the input. */
const int8_t* assay_network_data(const assay_network* network, int32_t tensor);

void assay_network_step_run(const assay_network* network, int32_t step);
/* All steps, in order. */
void assay_network_run(const assay_network* network);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A TensorFlow Lite file as C11 tables, which `assay model compile` writes (emit.h) and links into a board's
 * image: the same plan for the same executor. compiled.c makes a row of them. Freestanding C11. */
#ifndef ASSAY_TINYML_COMPILED_H
#define ASSAY_TINYML_COMPILED_H

#include "harness/agent/kernel.h"
#include "workloads/tinyml/model/network.h"

typedef struct assay_compiled_model {
  const assay_network_step* steps;
  const assay_network_tensor* tensors; /* planned; 0 is the input */
  int32_t step_count;
  int32_t result; /* the tensor that is the network's output */
  int32_t arena_bytes;
  uint64_t operations;
  uint64_t minimum_bytes;
  uint32_t input_digest; /* of the file, as the host's implementations have it */
} assay_compiled_model;

/* Of the one file of an image: tables, and the row's `file` (harness/agent/kernel.h). */
extern const assay_compiled_model assay_model;
extern const char assay_model_file[];

extern const assay_kernel assay_kernel_model;

#endif

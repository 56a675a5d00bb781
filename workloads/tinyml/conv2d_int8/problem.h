/* SPDX-License-Identifier: Apache-2.0 */
/* tinyml.conv2d_int8 as a freestanding C11 row (harness/agent/kernel.h). Definition: README.md of this
 * folder. */
#ifndef ASSAY_TINYML_CONV2D_INT8_PROBLEM_H
#define ASSAY_TINYML_CONV2D_INT8_PROBLEM_H

#include "harness/agent/kernel.h"
#include "workloads/tinyml/kernels/int8.h"

/* What lies at the start of the arena; the arrays follow it. */
typedef struct assay_conv2d_int8_problem {
  assay_layer_int8 layer;
  const int8_t* in; /* [height][width][in_channels] */
  int8_t* out;      /* [out_height][out_width][out_channels] */
  const void* constants;
  size_t constant_bytes;
} assay_conv2d_int8_problem;

#ifdef __cplusplus
extern "C" {
#endif
extern const assay_kernel assay_kernel_conv2d_int8;
#ifdef __cplusplus
}
#endif

#endif

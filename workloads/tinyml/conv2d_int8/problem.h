/* SPDX-License-Identifier: Apache-2.0 */
/* tinyml.conv2d_int8 as a freestanding C11 row (harness/agent/kernel.h). Definition: README.md of this
 * folder. */
#ifndef ASSAY_TINYML_CONV2D_INT8_PROBLEM_H
#define ASSAY_TINYML_CONV2D_INT8_PROBLEM_H

#include "harness/agent/kernel.h"
#include "workloads/tinyml/kernels/seeded_layer.h"

typedef assay_seeded_layer assay_conv2d_int8_problem;

#ifdef __cplusplus
extern "C" {
#endif
extern const assay_kernel assay_kernel_conv2d_int8;
#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of single kernels (harness/agent/kernel.h) that no other file needs more of. */
#ifndef ASSAY_TINYML_ROWS_H
#define ASSAY_TINYML_ROWS_H

#include "harness/agent/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif
extern const assay_kernel assay_kernel_depthwise_int8;
extern const assay_kernel assay_kernel_fully_connected_int8;
extern const assay_kernel assay_kernel_softmax_int8;
extern const assay_kernel assay_kernel_avgpool_int8;
extern const assay_kernel assay_kernel_add_int8;
#ifdef __cplusplus
}
#endif

#endif

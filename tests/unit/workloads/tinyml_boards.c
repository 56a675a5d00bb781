/* SPDX-License-Identifier: Apache-2.0 */
/* The layers of boards under other names, beside the reference's, which this program links too. */
#define assay_conv2d_int8 board_conv2d_int8
#define assay_depthwise_int8 board_depthwise_int8
#define assay_fully_connected_int8 board_fully_connected_int8
#include "workloads/tinyml/boards/layers.c"
#include "workloads/tinyml/boards/taps_scalar.c"

/* SPDX-License-Identifier: Apache-2.0 */
#define assay_conv2d_int8 assay_board_conv2d_int8
#define assay_depthwise_int8 assay_board_depthwise_int8
#define assay_fully_connected_int8 assay_board_fully_connected_int8
#define assay_network_run assay_board_network_run
#define assay_network_step_run assay_board_network_step_run
#define assay_network_data assay_board_network_data
#define assay_plan assay_board_plan
#include "workloads/tinyml/boards/layers.c"
#include "workloads/tinyml/boards/rows_scalar.c"
#include "workloads/tinyml/boards/taps_scalar.c"
#include "workloads/tinyml/model/network.c"

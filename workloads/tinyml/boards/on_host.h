/* SPDX-License-Identifier: Apache-2.0 */
/* The boards' layers and their executor on this host, beside the reference's: other names, the portable inner
 * loops. */
#ifndef ASSAY_TINYML_ON_HOST_H
#define ASSAY_TINYML_ON_HOST_H

#include "workloads/tinyml/model/network.h"

#ifdef __cplusplus
extern "C" {
#endif

/* As those of int8.h and network.h without `board_`. */
void assay_board_conv2d_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out);
void assay_board_depthwise_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out);
void assay_board_fully_connected_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out);
void assay_board_network_run(const assay_network* network);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The inner loop of llm.gemv in q8_0 on boards: one file of dot_*.c for each way to run it, of which an image
 * has one. Freestanding C11. */
#ifndef ASSAY_LLM_BOARDS_DOT_H
#define ASSAY_LLM_BOARDS_DOT_H

#include <stdint.h>

/* sums[k] = sum_i x[i] * w[k * stride + i], i in [0, 32), k in [0, 4). No address is aligned. */
void assay_dot4_q8(const int8_t* x, const int8_t* w, int32_t stride, int32_t sums[4]);

#endif

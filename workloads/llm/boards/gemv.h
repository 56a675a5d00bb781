/* SPDX-License-Identifier: Apache-2.0 */
/* llm.gemv as boards run it (harness/agent/kernel.h): the row is gemv_row.c, the call gemv.c. Freestanding
 * C11. */
#ifndef ASSAY_LLM_BOARDS_GEMV_H
#define ASSAY_LLM_BOARDS_GEMV_H

#include <stdint.h>

enum { assay_gemv_f32, assay_gemv_q8_0 };                    /* how W is stored: the parameter `dtype` */
enum { assay_gemv_block = 32, assay_gemv_block_bytes = 34 }; /* of q8_0: a binary16 scale, 32 int8 */

/* Lies at the beginning of its arena. Rows are taken in fours, so W and y have up to three more. */
typedef struct assay_gemv {
  int32_t rows, cols, dtype;
  int32_t padded_rows;
  unsigned char* w; /* [padded_rows], row by row; rows beyond the last are zeros */
  float* x;         /* [cols] */
  float* y;         /* [padded_rows] */
  float* scales;    /* q8_0: of each block of x */
  int8_t* quants;   /* q8_0: [cols] */
} assay_gemv;

/* y = W x as the definition of llm.gemv says (workloads/llm/gemv/definition.cpp), with sums in binary32: of a
 * block, and of blocks. */
void assay_gemv_call(void* arena);

#endif

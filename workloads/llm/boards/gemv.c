/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/llm/boards/gemv.h"

#include "workloads/llm/boards/dot.h"

/* A binary16 of little-endian bytes, which is finite: 2^112 makes up for the other bias of the exponent. */
static float half_at(const unsigned char* bytes) {
  const uint32_t half = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
  const uint32_t bits = (half & 0x7FFFu) << 13 | (half & 0x8000u) << 16;
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value * 0x1p112f;
}

static void quantise(assay_gemv* p) {
  /* What is added to it has no fraction left (to nearest, ties to even), and its last byte is the integer. */
  const float rounder = 0x1.8p23f;
  for (int32_t b = 0; b < p->cols / assay_gemv_block; ++b) {
    const float* x = p->x + b * assay_gemv_block;
    int8_t* q = p->quants + b * assay_gemv_block;
    float most = 0;
    for (int32_t j = 0; j < assay_gemv_block; ++j) {
      const float size = x[j] < 0 ? -x[j] : x[j];
      if (size > most) most = size;
    }
    const float inverse = most > 0 ? 127.0f / most : 0;
    p->scales[b] = most / 127.0f;
    for (int32_t j = 0; j < assay_gemv_block; ++j) {
      const float product = x[j] * inverse;
      const float rounded = product + rounder;
      uint32_t bits;
      __builtin_memcpy(&bits, &rounded, sizeof bits);
      q[j] = (int8_t)(bits & 0xFFu);
    }
  }
}

static void multiply_q8(const assay_gemv* p) {
  const int32_t blocks = p->cols / assay_gemv_block;
  const int32_t stride = blocks * assay_gemv_block_bytes;
  const unsigned char* w = p->w;
  for (int32_t r = 0; r < p->padded_rows; r += 4, w += 3 * stride) {
    float y[4] = {0, 0, 0, 0};
    for (int32_t b = 0; b < blocks; ++b, w += assay_gemv_block_bytes) {
      int32_t sums[4];
      assay_dot4_q8(p->quants + b * assay_gemv_block, (const int8_t*)w + 2, stride, sums);
      for (int32_t k = 0; k < 4; ++k) y[k] += half_at(w + k * stride) * p->scales[b] * (float)sums[k];
    }
    for (int32_t k = 0; k < 4; ++k) p->y[r + k] = y[k];
  }
}

static void multiply_f32(const assay_gemv* p) {
  const int32_t cols = p->cols;
  const float* w = (const float*)(const void*)p->w;
  for (int32_t r = 0; r < p->padded_rows; r += 4, w += 3 * cols) {
    float y[4] = {0, 0, 0, 0};
    const float* x = p->x;
    for (const float* const end = w + cols; w < end;) {
      float sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
      for (const float* const block = w + assay_gemv_block; w < block; ++w) {
        const float value = *x++;
        sum0 += value * w[0];
        sum1 += value * w[cols];
        sum2 += value * w[2 * cols];
        sum3 += value * w[3 * cols];
      }
      y[0] += sum0, y[1] += sum1, y[2] += sum2, y[3] += sum3;
    }
    for (int32_t k = 0; k < 4; ++k) p->y[r + k] = y[k];
  }
}

void assay_gemv_call(void* arena) {
  assay_gemv* p = arena;
  if (p->dtype == assay_gemv_f32) {
    multiply_f32(p);
  } else {
    quantise(p);
    multiply_q8(p);
  }
}

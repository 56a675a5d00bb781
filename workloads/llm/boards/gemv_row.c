/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/agent/kernel.h"
#include "harness/agent/seed.h"
#include "workloads/llm/boards/gemv.h"

extern const assay_kernel assay_kernel_gemv;

enum { rows, cols, dtype, parameter_count };

static const assay_kernel_parameter parameters[parameter_count] = {
    {"rows", 4096, 1, 1 << 24}, {"cols", 4096, 1, 1 << 24}, {"dtype", assay_gemv_f32, 0, 1}};
static const char* const formats[] = {"f32", "q8_0"};
static const int32_t xs[parameter_count] = {16, 96, assay_gemv_f32};

static uint64_t weight_bytes(const int32_t* params, int32_t count) {
  const uint64_t weights = (uint64_t)count * (uint32_t)params[cols];
  if (params[dtype] == assay_gemv_f32) return weights * sizeof(float);
  return weights / assay_gemv_block * assay_gemv_block_bytes;
}

static int32_t padded(const int32_t* params) { return (params[rows] + 3) / 4 * 4; }

static size_t arena_bytes(const int32_t* params) {
  if (params[cols] % assay_gemv_block != 0) return 0;
  const uint64_t weights = weight_bytes(params, padded(params));
  if (weights > UINT64_C(1) << 30) return 0;
  size_t bytes = sizeof(assay_gemv) + ((size_t)weights + 3) / 4 * 4;
  bytes += sizeof(float) * (size_t)(params[cols] + padded(params));
  if (params[dtype] != assay_gemv_f32)
    bytes += (size_t)params[cols] + sizeof(float) * (size_t)(params[cols] / assay_gemv_block);
  return (bytes + 15) / 16 * 16;
}

static uint32_t bits_of(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* To binary16, to nearest with ties to even: as f32_to_f16() of support/f16.h, of what is not negative and
 * below 65520. */
static uint32_t half_of(float value) {
  const uint32_t bits = bits_of(value);
  if (bits >= 0x38800000u) {
    const uint32_t rebased = bits - (112u << 23);
    return (rebased + 0xFFFu + ((rebased >> 13) & 1u)) >> 13;
  }
  if (bits < 0x33000000u) return 0;
  const uint32_t shift = 126u - (bits >> 23);
  const uint32_t full = (bits & 0x7FFFFFu) | 0x800000u;
  const uint32_t rest = full & ((1u << shift) - 1u);
  const uint32_t kept = full >> shift;
  return kept + (rest > 1u << (shift - 1u) || (rest == 1u << (shift - 1u) && (kept & 1u) != 0));
}

/* The product to the nearest integer, ties away from zero, of exact real numbers, which is less than 128: by
 * integers, since a product of doubles costs a board 4 KiB of flash. */
static int8_t rounded_product(float a, float b) {
  const uint32_t x = bits_of(a), y = bits_of(b);
  const uint64_t product = (uint64_t)((x & 0x7FFFFFu) | 0x800000u) * ((y & 0x7FFFFFu) | 0x800000u);
  const int32_t shift = 300 - (int32_t)(x >> 23 & 0xFFu) - (int32_t)(y >> 23 & 0xFFu);
  /* Beyond 48 bits it is less than a half; zero, whose hidden bit is not there, comes this way, too. */
  if (shift > 48 || (x << 1) == 0 || (y << 1) == 0) return 0;
  const int32_t size = (int32_t)((product + (UINT64_C(1) << (shift - 1))) >> shift);
  return (int8_t)((x ^ y) >> 31 != 0 ? -size : size);
}

/* As quantise_q8() of support/matrix.cpp. */
static void put_block(const float* values, unsigned char* to) {
  float most = 0;
  for (int32_t j = 0; j < assay_gemv_block; ++j) {
    const float size = values[j] < 0 ? -values[j] : values[j];
    if (size > most) most = size;
  }
  const float scale = most / 127.0f;
  const float inverse = most > 0 ? 1.0f / scale : 0;
  const uint32_t half = half_of(scale);
  *to++ = (unsigned char)half;
  *to++ = (unsigned char)(half >> 8);
  for (int32_t j = 0; j < assay_gemv_block; ++j) *to++ = (unsigned char)rounded_product(values[j], inverse);
}

static void prepare(void* arena, const int32_t* params, uint64_t seed) {
  const int32_t count = params[cols];
  const uint64_t w_key = seed ^ assay_fnv1a64("weights", 7);
  const uint64_t x_key = seed ^ assay_fnv1a64("x", 1);
  const size_t weights = (size_t)weight_bytes(params, padded(params));
  assay_gemv* p = arena;
  p->rows = params[rows];
  p->cols = count;
  p->dtype = params[dtype];
  p->padded_rows = padded(params);
  p->x = (float*)(void*)(p + 1);
  p->y = p->x + count;
  p->scales = p->y + p->padded_rows;
  p->w = (unsigned char*)(p->scales + (p->dtype == assay_gemv_f32 ? 0 : count / assay_gemv_block));
  p->quants = (int8_t*)p->w + (weights + 3) / 4 * 4;
  for (int32_t c = 0; c < count; ++c) p->x[c] = assay_seed_normal(x_key, (uint64_t)c);
  for (size_t i = 0; i < weights; ++i) p->w[i] = 0;
  unsigned char* to = p->w;
  const uint64_t all = (uint64_t)(uint32_t)p->rows * (uint32_t)count;
  for (uint64_t i = 0; i < all; i += assay_gemv_block) {
    float values[assay_gemv_block];
    for (uint32_t j = 0; j < assay_gemv_block; ++j) values[j] = 0.02f * assay_seed_normal(w_key, i + j);
    if (p->dtype == assay_gemv_f32) {
      __builtin_memcpy(to, values, sizeof values);
      to += sizeof values;
    } else {
      put_block(values, to);
      to += assay_gemv_block_bytes;
    }
  }
}

static void output(const void* arena, int32_t index, assay_kernel_tensor* result) {
  (void)index;
  const assay_gemv* p = arena;
  *result = (assay_kernel_tensor){"y", "f32", 1, {p->rows}, p->y, sizeof(float) * (size_t)p->rows};
}

static int32_t element_count(const assay_gemv* p) { return p->rows * p->cols; }

/* The two arrays as the host's GemvProblem::digest() takes them. */
static uint32_t input_digest(const void* arena) {
  const assay_gemv* p = arena;
  const int32_t params[parameter_count] = {p->rows, p->cols, p->dtype};
  uint32_t crc = assay_kernel_digest_array(0, "weights", formats[p->dtype], element_count(p), p->w,
                                           (size_t)weight_bytes(params, p->rows));
  return assay_kernel_digest_array(crc, "x", "f32", p->cols, p->x, sizeof(float) * (size_t)p->cols);
}

static void work(const int32_t* params, assay_kernel_work* result) {
  const uint64_t bytes =
      weight_bytes(params, params[rows]) + 4u * ((uint64_t)(uint32_t)params[rows] + (uint32_t)params[cols]);
  *result = (assay_kernel_work){2u * (uint64_t)(uint32_t)params[rows] * (uint32_t)params[cols], bytes, bytes};
}

static const char* accuracy(const int32_t* params) {
  return params[dtype] == assay_gemv_f32 ? "float" : "q8";
}

const assay_kernel assay_kernel_gemv = {
    .workload = "llm.gemv",
    .unit_of_work = "bytes",
    .parameters = parameters,
    .parameter_count = parameter_count,
    .texts = formats,
    .xs = xs,
    .arena_bytes = arena_bytes,
    .illegal = "cols is a multiple of 32, and W has at most 1 GiB",
    .prepare = prepare,
    .call = assay_gemv_call,
    .output = output,
    .output_count = 1,
    .input_digest = input_digest,
    .work = work,
    .accuracy = accuracy,
    .hello =
        ",\"tolerances\":[{\"accuracy\":\"float\",\"rule\":\"rel_rms\",\"limit\":2e-5},"
        "{\"accuracy\":\"q8\",\"rule\":\"rel_rms\",\"limit\":5e-6}]",
};

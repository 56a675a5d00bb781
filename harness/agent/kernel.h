/* SPDX-License-Identifier: Apache-2.0 */
/* A workload as a freestanding C11 row: what host, board and wasm workers share. Freestanding C11, no heap.
 *
 * Order of calls on one arena: prepare once, then call any number of times; input and output at any time
 * after. All memory is the caller's arena: `arena_bytes(params)` bytes, aligned to 16. Nothing is kept
 * outside it, so several arenas may be used at once by several threads. */
#ifndef ASSAY_AGENT_KERNEL_H
#define ASSAY_AGENT_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "harness/agent/digest.h"

#define ASSAY_KERNEL_MAX_RANK 4

/* A dense row-major array that lies in an arena. */
typedef struct assay_kernel_tensor {
  const char* name;
  const char* dtype; /* "i8", "i32", "f32": the names of harness/core/tensor.h */
  int32_t rank;
  int32_t shape[ASSAY_KERNEL_MAX_RANK];
  const void* data;
  size_t bytes;
} assay_kernel_tensor;

/* An integer parameter; its legal values are [minimum, maximum]. */
typedef struct assay_kernel_parameter {
  const char* name;
  int32_t default_value;
  int32_t minimum;
  int32_t maximum;
} assay_kernel_parameter;

/* What one call does, by the definition's formulas. */
typedef struct assay_kernel_work {
  uint64_t operations;
  uint64_t minimum_bytes;
  uint64_t units;
} assay_kernel_work;

/* One workload, computed plainly: the host's `reference`, and what a board runs. `params` holds one value for
 * each parameter, in the row's order. */
typedef struct assay_kernel {
  const char* workload;     /* "tinyml.conv2d_int8" */
  const char* unit_of_work; /* "layers" */
  const assay_kernel_parameter* parameters;
  int32_t parameter_count;
  /* NULL, or the last parameter is a text: its values are places in this list, `maximum` the last one. */
  const char* const* texts;
  const int32_t* xs; /* the preset `xs`, one value for each parameter: what fits the smallest board */
  /* 0: these parameters are each legal, but not together (the message says why). */
  size_t (*arena_bytes)(const int32_t* params);
  const char* illegal; /* what arena_bytes refuses, one sentence */
  /* Builds the seeded inputs in the arena. Only with parameters that arena_bytes accepts. */
  void (*prepare)(void* arena, const int32_t* params, uint64_t seed);
  void (*call)(void* arena);
  /* Result `index`, in [0, output_count), of the last call. */
  void (*output)(const void* arena, int32_t index, assay_kernel_tensor* result);
  int32_t output_count;
  /* Every byte that was seeded or derived in prepare and that call only reads, as "u8"; or, where it is NULL,
   * input_digest: the digest of the inputs as the host's implementations have it. */
  void (*input)(const void* arena, assay_kernel_tensor* result);
  uint32_t (*input_digest)(const void* arena);
  void (*work)(const int32_t* params, assay_kernel_work* result);
  const char* (*accuracy)(const int32_t* params); /* its accuracy class; NULL: exact */
  /* NULL, or what else hello says of the row: members of a JSON object, a comma before each ("tolerances" of
   * those classes, "inputs"). */
  const char* hello;
  /* NULL, or the row computes one file, which it was linked with: the digits that name it, the value of
   * `input` in a case. */
  const char* file;
} assay_kernel;

/* Appends `value` in decimal to the digest. */
static inline uint32_t assay_kernel_digest_number(uint32_t crc, int32_t value) {
  char text[12];
  int at = 12;
  uint32_t rest = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
  do {
    text[--at] = (char)('0' + rest % 10u);
    rest /= 10u;
  } while (rest != 0);
  if (value < 0) text[--at] = '-';
  return assay_crc32(crc, text + at, (size_t)(12 - at));
}

/* Appends an input: "<name>:<type>[<count>]" and its bytes, as workloads/support/inputs.h does. */
static inline uint32_t assay_kernel_digest_array(uint32_t crc, const char* name, const char* type,
                                                 int32_t count, const void* data, size_t bytes) {
  size_t length = 0;
  while (name[length] != '\0') ++length;
  crc = assay_crc32(assay_crc32(crc, name, length), ":", 1);
  length = 0;
  while (type[length] != '\0') ++length;
  crc = assay_crc32(assay_crc32(crc, type, length), "[", 1);
  crc = assay_crc32(assay_kernel_digest_number(crc, count), "]", 1);
  return assay_crc32(crc, data, bytes);
}

/* The digest of a result: the same number as harness/core/tensor.h's digest(), i.e. CRC-32 of the text
 * "<dtype>[<d0>,<d1>,...]" followed by the little-endian elements. */
static inline uint32_t assay_kernel_digest(const assay_kernel_tensor* tensor) {
  size_t length = 0;
  while (tensor->dtype[length] != '\0') ++length;
  uint32_t crc = assay_crc32(0, tensor->dtype, length);
  crc = assay_crc32(crc, "[", 1);
  for (int32_t i = 0; i < tensor->rank; ++i) {
    if (i > 0) crc = assay_crc32(crc, ",", 1);
    crc = assay_kernel_digest_number(crc, tensor->shape[i]);
  }
  crc = assay_crc32(crc, "]", 1);
  return assay_crc32(crc, tensor->data, tensor->bytes);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The C11 rows without a C library, for tinyml_wasm_test. */
#include "workloads/tinyml/conv2d_int8/problem.h"
#include "workloads/tinyml/kws/problem.h"

/* What a compiler may call for structures even where there is no library. */
void* memset(void* to, int value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) ((volatile unsigned char*)to)[i] = (unsigned char)value;
  return to;
}
void* memcpy(void* to, const void* from, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) ((volatile unsigned char*)to)[i] = ((const unsigned char*)from)[i];
  return to;
}

static _Alignas(16) unsigned char arena[128 * 1024];

/* The digest of output `index` of row 0 (conv2d_int8) or 1 (kws) with default parameters and seed 1; 0: no
 * room. */
__attribute__((export_name("digest"))) uint32_t digest_of(int32_t row, int32_t index) {
  const assay_kernel* kernel = row == 0 ? &assay_kernel_conv2d_int8 : &assay_kernel_kws;
  int32_t params[8];
  for (int32_t i = 0; i < kernel->parameter_count; ++i) params[i] = kernel->parameters[i].default_value;
  if (kernel->arena_bytes(params) > sizeof arena) return 0;
  kernel->prepare(arena, params, 1);
  kernel->call(arena);
  assay_kernel_tensor tensor;
  kernel->output(arena, index, &tensor);
  return assay_kernel_digest(&tensor);
}

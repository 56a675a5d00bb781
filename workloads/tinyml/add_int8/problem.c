/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/agent/seed.h"
#include "workloads/tinyml/kernels/calibrate.h"
#include "workloads/tinyml/kernels/quantise.h"
#include "workloads/tinyml/kernels/rows.h"

enum { elements, parameter_count };

static const assay_kernel_parameter parameters[parameter_count] = {{"elements", 8000, 1, 1 << 24}};

static const int32_t xs[parameter_count] = {1024};

/* What lies at the start of the arena; both inputs and the output follow it. */
typedef struct problem {
  assay_add_scales_int8 scales;
  int32_t count;
  int8_t* a;
  int8_t* b;
  int8_t* out;
  size_t constant_bytes; /* of both inputs, which lie side by side */
} problem;

static size_t place(unsigned char* base, int32_t count, problem* into) {
  assay_arena arena = {base, 0};
  assay_arena_take(&arena, sizeof *into);
  const size_t first = arena.used;
  into->a = assay_arena_take(&arena, (size_t)count);
  into->b = assay_arena_take(&arena, (size_t)count);
  into->constant_bytes = arena.used - first;
  into->out = assay_arena_take(&arena, (size_t)count);
  return arena.used;
}

static size_t arena_bytes(const int32_t* params) {
  problem none;
  return place(NULL, params[elements], &none);
}

/* Scales are whole numbers: the output's is 0.8 of the sum of both inputs', so that of uniform inputs some in
 * a hundred saturate at each end. */
static void set_scales(assay_add_scales_int8* scales, uint64_t key) {
  const uint32_t a = 1000 + assay_seed_below(key, 0, 1000);
  const uint32_t b = 1000 + assay_seed_below(key, 1, 1000);
  const uint64_t common = 2 * (uint64_t)(a > b ? a : b);
  const uint64_t out = (uint64_t)(a + b) * 4 / 5;
  scales->a_zero = (int32_t)assay_seed_below(key, 2, 17) - 8;
  scales->b_zero = (int32_t)assay_seed_below(key, 3, 17) - 8;
  scales->out_zero = (int32_t)assay_seed_below(key, 4, 17) - 8;
  scales->low = -128;
  scales->high = 127;
  assay_q_ratio(a, common, &scales->a_multiplier, &scales->a_shift);
  assay_q_ratio(b, common, &scales->b_multiplier, &scales->b_shift);
  assay_q_ratio(common, out << 20, &scales->out_multiplier, &scales->out_shift);
}

static void prepare(void* arena, const int32_t* params, uint64_t seed) {
  problem* p = arena;
  const size_t total = place(arena, params[elements], p);
  for (size_t i = sizeof *p; i < total; ++i) ((unsigned char*)arena)[i] = 0;
  p->count = params[elements];
  set_scales(&p->scales, assay_stream_key(seed, "add", "scales"));
  const uint64_t a_key = assay_stream_key(seed, "add", "a");
  const uint64_t b_key = assay_stream_key(seed, "add", "b");
  for (int32_t i = 0; i < p->count; ++i) {
    p->a[i] = (int8_t)((int32_t)assay_seed_below(a_key, (uint64_t)i, 256) - 128);
    p->b[i] = (int8_t)((int32_t)assay_seed_below(b_key, (uint64_t)i, 256) - 128);
  }
}

static void call(void* arena) {
  const problem* p = arena;
  assay_add_int8(&p->scales, p->a, p->b, p->count, p->out);
}

static void output(const void* arena, int32_t index, assay_kernel_tensor* result) {
  (void)index;
  const problem* p = arena;
  *result = (assay_kernel_tensor){"output", "i8", 1, {p->count, 0, 0, 0}, p->out, (size_t)p->count};
}

static void input(const void* arena, assay_kernel_tensor* result) {
  const problem* p = arena;
  *result = (assay_kernel_tensor){"constants",      "u8", 1, {(int32_t)p->constant_bytes, 0, 0, 0}, p->a,
                                  p->constant_bytes};
}

static void work(const int32_t* params, assay_kernel_work* result) {
  result->operations = 0; /* it multiplies and adds up nothing */
  result->minimum_bytes = 3 * (uint64_t)params[elements];
  result->units = 1;
}

const assay_kernel assay_kernel_add_int8 = {
    .workload = "tinyml.add_int8",
    .unit_of_work = "layers",
    .parameters = parameters,
    .parameter_count = parameter_count,
    .xs = xs,
    .arena_bytes = arena_bytes,
    .illegal = "",
    .prepare = prepare,
    .call = call,
    .output = output,
    .output_count = 1,
    .input = input,
    .work = work,
};

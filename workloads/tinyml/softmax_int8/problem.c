/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/agent/seed.h"
#include "workloads/tinyml/kernels/calibrate.h"
#include "workloads/tinyml/kernels/rows.h"

enum { rows, classes, parameter_count };

static const assay_kernel_parameter parameters[parameter_count] = {{"rows", 16, 1, 65536},
                                                                   {"classes", 12, 2, 256}};

static const int32_t xs[parameter_count] = {1, 12};

/* What lies at the start of the arena; the input and the output follow it. */
typedef struct problem {
  int32_t rows;
  int32_t classes;
  int8_t* in; /* [rows][classes] */
  int8_t* out;
} problem;

static size_t count_of(const int32_t* params) { return (size_t)params[rows] * (size_t)params[classes]; }

static size_t place(unsigned char* base, const int32_t* params, problem* into) {
  assay_arena arena = {base, 0};
  assay_arena_take(&arena, sizeof *into);
  into->in = assay_arena_take(&arena, count_of(params));
  into->out = assay_arena_take(&arena, count_of(params));
  return arena.used;
}

static size_t arena_bytes(const int32_t* params) {
  problem none;
  return place(NULL, params, &none);
}

static void prepare(void* arena, const int32_t* params, uint64_t seed) {
  problem* p = arena;
  place(arena, params, p);
  p->rows = params[rows];
  p->classes = params[classes];
  const uint64_t key = assay_stream_key(seed, "softmax", "in");
  for (size_t i = 0; i < count_of(params); ++i)
    p->in[i] = (int8_t)((int32_t)assay_seed_below(key, i, 256) - 128);
}

/* The scale of the logits is 3/64, as in tinyml.kws: 0.75 * 2^22 = 3/64 * 2^26; the least difference is -31 *
 * 2^26 / 2^22. */
static void call(void* arena) {
  const problem* p = arena;
  for (int32_t i = 0; i < p->rows; ++i)
    assay_softmax_int8(p->in + (size_t)i * (size_t)p->classes, p->classes, 1610612736, 22, -496,
                       p->out + (size_t)i * (size_t)p->classes);
}

static void output(const void* arena, int32_t index, assay_kernel_tensor* result) {
  (void)index;
  const problem* p = arena;
  *result = (assay_kernel_tensor){
      "probabilities", "i8", 2, {p->rows, p->classes, 0, 0}, p->out, (size_t)p->rows * (size_t)p->classes};
}

static void input(const void* arena, assay_kernel_tensor* result) {
  const problem* p = arena;
  const int32_t bytes = p->rows * p->classes;
  *result = (assay_kernel_tensor){"constants", "u8", 1, {bytes, 0, 0, 0}, p->in, (size_t)bytes};
}

static void work(const int32_t* params, assay_kernel_work* result) {
  result->operations = 0; /* it multiplies and adds up nothing */
  result->minimum_bytes = 2 * count_of(params);
  result->units = (uint64_t)params[rows];
}

const assay_kernel assay_kernel_softmax_int8 = {
    .workload = "tinyml.softmax_int8",
    .unit_of_work = "rows",
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

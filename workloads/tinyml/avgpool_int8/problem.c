/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/agent/seed.h"
#include "workloads/tinyml/kernels/calibrate.h"
#include "workloads/tinyml/kernels/rows.h"

enum { height, width, channels, parameter_count };

static const assay_kernel_parameter parameters[parameter_count] = {
    {"height", 25, 1, 1024}, {"width", 5, 1, 1024}, {"channels", 64, 1, 1024}};

static const int32_t xs[parameter_count] = {8, 8, 16};

/* What lies at the start of the arena; the input and the output follow it. */
typedef struct problem {
  int32_t height, width, channels;
  int8_t* in; /* [height][width][channels] */
  int8_t* out;
} problem;

static size_t count_of(const int32_t* params) {
  return (size_t)params[height] * (size_t)params[width] * (size_t)params[channels];
}

static size_t place(unsigned char* base, const int32_t* params, problem* into) {
  assay_arena arena = {base, 0};
  assay_arena_take(&arena, sizeof *into);
  into->in = assay_arena_take(&arena, count_of(params));
  into->out = assay_arena_take(&arena, (size_t)params[channels]);
  return arena.used;
}

static size_t arena_bytes(const int32_t* params) {
  problem none;
  return place(NULL, params, &none);
}

static void prepare(void* arena, const int32_t* params, uint64_t seed) {
  problem* p = arena;
  place(arena, params, p);
  p->height = params[height];
  p->width = params[width];
  p->channels = params[channels];
  /* Each channel has a mean of its own: else all results would lie around 0. */
  const uint64_t mean_key = assay_stream_key(seed, "avgpool", "mean");
  const uint64_t in_key = assay_stream_key(seed, "avgpool", "in");
  for (size_t i = 0; i < count_of(params); ++i) {
    const int32_t mean = (int32_t)assay_seed_below(mean_key, i % (size_t)p->channels, 225) - 112;
    p->in[i] = (int8_t)(mean + (int32_t)assay_seed_below(in_key, i, 31) - 15);
  }
}

static void call(void* arena) {
  const problem* p = arena;
  assay_avgpool_int8(p->in, p->width, p->channels, p->height, p->width, p->out);
}

static void output(const void* arena, int32_t index, assay_kernel_tensor* result) {
  (void)index;
  const problem* p = arena;
  *result = (assay_kernel_tensor){"output", "i8", 1, {p->channels, 0, 0, 0}, p->out, (size_t)p->channels};
}

static void input(const void* arena, assay_kernel_tensor* result) {
  const problem* p = arena;
  const int32_t bytes = p->height * p->width * p->channels;
  *result = (assay_kernel_tensor){"constants", "u8", 1, {bytes, 0, 0, 0}, p->in, (size_t)bytes};
}

static void work(const int32_t* params, assay_kernel_work* result) {
  result->operations = 0; /* it multiplies and adds up nothing */
  result->minimum_bytes = count_of(params) + (uint64_t)params[channels];
  result->units = 1;
}

const assay_kernel assay_kernel_avgpool_int8 = {
    .workload = "tinyml.avgpool_int8",
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

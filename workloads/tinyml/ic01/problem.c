/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/model/seeded.h"

enum { size, filters, parameter_count };

static const assay_kernel_parameter parameters[parameter_count] = {{"size", 32, 8, 256},
                                                                   {"filters", 16, 1, 64}};

static const int32_t xs[parameter_count] = {16, 4};

/* A stack of ResNet: two convolutions and what goes around them, by a 1x1 convolution where the shape
 * changes. */
static assay_node stack(assay_builder* b, assay_node x, int32_t channels, int32_t stride) {
  assay_node y = assay_build_conv(b, x, channels, 3, stride, 1);
  y = assay_build_conv(b, y, channels, 3, 1, 0);
  if (stride != 1) x = assay_build_conv(b, x, channels, 1, stride, 0);
  return assay_build_add(b, x, y);
}

static void build(assay_builder* b, const int32_t* params) {
  assay_node x = assay_build_input(b, params[size], params[size], 3);
  x = assay_build_conv(b, x, params[filters], 3, 1, 1);
  x = stack(b, x, params[filters], 1);
  x = stack(b, x, 2 * params[filters], 2);
  x = stack(b, x, 4 * params[filters], 2);
  b->features = x;
  x = assay_build_mean(b, x);
  x = assay_build_fully_connected(b, x, 10, 0);
  b->result = assay_build_softmax(b, x);
}

static size_t arena_bytes(const int32_t* params) { return assay_seeded_bytes(build, "ic01", params); }

static void prepare(void* arena, const int32_t* params, uint64_t seed) {
  assay_seeded_prepare(build, "ic01", arena, params, seed);
}

static void work(const int32_t* params, assay_kernel_work* result) {
  assay_seeded_work(build, "ic01", params, result);
}

const assay_kernel assay_kernel_ic01 = {
    .workload = "tinyml.ic01",
    .unit_of_work = "inferences",
    .parameters = parameters,
    .parameter_count = parameter_count,
    .xs = xs,
    .arena_bytes = arena_bytes,
    .illegal = "",
    .prepare = prepare,
    .call = assay_seeded_call,
    .output = assay_seeded_output,
    .output_count = 2,
    .input = assay_seeded_input,
    .work = work,
};

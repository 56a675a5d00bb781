/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/model/seeded.h"

enum { size, filters, blocks, parameter_count };

static const assay_kernel_parameter parameters[parameter_count] = {
    {"size", 96, 16, 256}, {"filters", 8, 1, 32}, {"blocks", 13, 1, 13}};

static const int32_t xs[parameter_count] = {32, 2, 6};

/* MobileNet v1: of each block, the channels of its 1x1 convolution in multiples of `filters`, and its stride.
 */
static void build(assay_builder* b, const int32_t* params) {
  static const int8_t multiples[13] = {2, 4, 4, 8, 8, 16, 16, 16, 16, 16, 16, 32, 32};
  static const int8_t strides[13] = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};
  assay_node x = assay_build_input(b, params[size], params[size], 3);
  x = assay_build_conv(b, x, params[filters], 3, 2, 1);
  for (int32_t i = 0; i < params[blocks]; ++i) {
    x = assay_build_depthwise(b, x, 3, strides[i]);
    x = assay_build_conv(b, x, multiples[i] * params[filters], 1, 1, 1);
  }
  b->features = x;
  x = assay_build_mean(b, x);
  x = assay_build_fully_connected(b, x, 2, 0);
  b->result = assay_build_softmax(b, x);
}

static size_t arena_bytes(const int32_t* params) { return assay_seeded_bytes(build, "vww", params); }

static void prepare(void* arena, const int32_t* params, uint64_t seed) {
  assay_seeded_prepare(build, "vww", arena, params, seed);
}

static void work(const int32_t* params, assay_kernel_work* result) {
  assay_seeded_work(build, "vww", params, result);
}

const assay_kernel assay_kernel_vww = {
    .workload = "tinyml.vww",
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

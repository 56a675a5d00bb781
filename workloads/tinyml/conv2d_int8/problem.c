/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/conv2d_int8/problem.h"

enum { height, width, in_channels, out_channels, kernel_size, stride, parameter_count };

static const assay_kernel_parameter parameters[parameter_count] = {
    {"height", 32, 1, 4096},       {"width", 32, 1, 4096}, {"in_channels", 16, 1, 4096},
    {"out_channels", 32, 1, 4096}, {"kernel", 3, 1, 64},   {"stride", 1, 1, 64},
};

static const int32_t xs[parameter_count] = {8, 8, 16, 16, 3, 1};

static assay_layer_int8 shape_of(const int32_t* params) {
  return assay_same_layer(params[height], params[width], params[in_channels], params[out_channels],
                          params[kernel_size], params[stride]);
}

static size_t arena_bytes(const int32_t* params) {
  const assay_layer_int8 shape = shape_of(params);
  return assay_seeded_layer_bytes(&shape, assay_layer_conv);
}

static void prepare(void* arena, const int32_t* params, uint64_t seed) {
  const assay_layer_int8 shape = shape_of(params);
  assay_seeded_layer_prepare(arena, &shape, assay_layer_conv, seed, "conv");
}

static void call(void* arena) {
  assay_conv2d_int8_problem* problem = arena;
  assay_conv2d_int8(&problem->layer, problem->in, problem->out);
}

static void output(const void* arena, int32_t index, assay_kernel_tensor* result) {
  (void)index;
  assay_seeded_layer_output(arena, 3, result);
}

static void work(const int32_t* params, assay_kernel_work* result) {
  const assay_layer_int8 shape = shape_of(params);
  assay_seeded_layer_work(&shape, assay_layer_conv, result);
}

const assay_kernel assay_kernel_conv2d_int8 = {
    .workload = "tinyml.conv2d_int8",
    .unit_of_work = "layers",
    .parameters = parameters,
    .parameter_count = parameter_count,
    .xs = xs,
    .arena_bytes = arena_bytes,
    .illegal = "kernel * kernel * in_channels may be at most 65536, and input, weights and output 1 GiB each",
    .prepare = prepare,
    .call = call,
    .output = output,
    .output_count = 1,
    .input = assay_seeded_layer_input,
    .work = work,
};

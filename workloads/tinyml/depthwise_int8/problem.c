/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/kernels/rows.h"
#include "workloads/tinyml/kernels/seeded_layer.h"

enum { height, width, channels, kernel_size, stride, parameter_count };

static const assay_kernel_parameter parameters[parameter_count] = {
    {"height", 25, 1, 4096}, {"width", 5, 1, 4096}, {"channels", 64, 1, 4096},
    {"kernel", 3, 1, 64},    {"stride", 1, 1, 64},
};

static const int32_t xs[parameter_count] = {8, 8, 16, 3, 1};

static assay_layer_int8 shape_of(const int32_t* params) {
  return assay_same_layer(params[height], params[width], params[channels], params[channels],
                          params[kernel_size], params[stride]);
}

static size_t arena_bytes(const int32_t* params) {
  const assay_layer_int8 shape = shape_of(params);
  return assay_seeded_layer_bytes(&shape, assay_layer_depthwise);
}

static void prepare(void* arena, const int32_t* params, uint64_t seed) {
  const assay_layer_int8 shape = shape_of(params);
  assay_seeded_layer_prepare(arena, &shape, assay_layer_depthwise, seed, "depthwise");
}

static void call(void* arena) {
  assay_seeded_layer* problem = arena;
  assay_depthwise_int8(&problem->layer, problem->in, problem->out);
}

static void output(const void* arena, int32_t index, assay_kernel_tensor* result) {
  (void)index;
  assay_seeded_layer_output(arena, 3, result);
}

static void work(const int32_t* params, assay_kernel_work* result) {
  const assay_layer_int8 shape = shape_of(params);
  assay_seeded_layer_work(&shape, assay_layer_depthwise, result);
}

const assay_kernel assay_kernel_depthwise_int8 = {
    .workload = "tinyml.depthwise_int8",
    .unit_of_work = "layers",
    .parameters = parameters,
    .parameter_count = parameter_count,
    .xs = xs,
    .arena_bytes = arena_bytes,
    .illegal = "input, weights and output may have 1 GiB each",
    .prepare = prepare,
    .call = call,
    .output = output,
    .output_count = 1,
    .input = assay_seeded_layer_input,
    .work = work,
};

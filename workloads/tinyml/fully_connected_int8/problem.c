/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/kernels/rows.h"
#include "workloads/tinyml/kernels/seeded_layer.h"

enum { in_channels, out_channels, parameter_count };

static const assay_kernel_parameter parameters[parameter_count] = {
    {"in_channels", 256, 1, 65536},
    {"out_channels", 128, 1, 65536},
};

static const int32_t xs[parameter_count] = {64, 16};

static assay_layer_int8 shape_of(const int32_t* params) {
  return assay_same_layer(1, 1, params[in_channels], params[out_channels], 1, 1);
}

static size_t arena_bytes(const int32_t* params) {
  const assay_layer_int8 shape = shape_of(params);
  return assay_seeded_layer_bytes(&shape, assay_layer_fully_connected);
}

static void prepare(void* arena, const int32_t* params, uint64_t seed) {
  const assay_layer_int8 shape = shape_of(params);
  assay_seeded_layer_prepare(arena, &shape, assay_layer_fully_connected, seed, "fc");
}

static void call(void* arena) {
  assay_seeded_layer* problem = arena;
  assay_fully_connected_int8(&problem->layer, problem->in, problem->out);
}

static void output(const void* arena, int32_t index, assay_kernel_tensor* result) {
  (void)index;
  assay_seeded_layer_output(arena, 1, result);
}

static void work(const int32_t* params, assay_kernel_work* result) {
  const assay_layer_int8 shape = shape_of(params);
  assay_seeded_layer_work(&shape, assay_layer_fully_connected, result);
}

const assay_kernel assay_kernel_fully_connected_int8 = {
    .workload = "tinyml.fully_connected_int8",
    .unit_of_work = "layers",
    .parameters = parameters,
    .parameter_count = parameter_count,
    .xs = xs,
    .arena_bytes = arena_bytes,
    .illegal = "the weights may have 1 GiB",
    .prepare = prepare,
    .call = call,
    .output = output,
    .output_count = 1,
    .input = assay_seeded_layer_input,
    .work = work,
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/conv2d_int8/problem.h"

#include "harness/agent/seed.h"
#include "workloads/tinyml/kernels/calibrate.h"

enum { height, width, in_channels, out_channels, kernel_size, stride, parameter_count };

static const assay_kernel_parameter parameters[parameter_count] = {
    {"height", 32, 1, 4096},       {"width", 32, 1, 4096}, {"in_channels", 16, 1, 4096},
    {"out_channels", 32, 1, 4096}, {"kernel", 3, 1, 64},   {"stride", 1, 1, 64},
};

static assay_layer_int8 shape_of(const int32_t* params) {
  assay_layer_int8 layer = {0};
  layer.in_height = params[height];
  layer.in_width = params[width];
  layer.in_channels = params[in_channels];
  layer.out_channels = params[out_channels];
  layer.kernel_height = params[kernel_size];
  layer.kernel_width = params[kernel_size];
  layer.stride = params[stride];
  layer.out_height = assay_same_size(layer.in_height, layer.stride);
  layer.out_width = assay_same_size(layer.in_width, layer.stride);
  layer.pad_top = assay_same_pad(layer.in_height, layer.kernel_height, layer.stride);
  layer.pad_left = assay_same_pad(layer.in_width, layer.kernel_width, layer.stride);
  layer.low = -128;
  layer.high = 127;
  return layer;
}

static size_t in_bytes(const assay_layer_int8* layer) {
  return (size_t)layer->in_height * (size_t)layer->in_width * (size_t)layer->in_channels;
}

static size_t out_bytes(const assay_layer_int8* layer) {
  return (size_t)layer->out_height * (size_t)layer->out_width * (size_t)layer->out_channels;
}

/* Places everything; `base` NULL only counts. */
static size_t place(unsigned char* base, assay_conv2d_int8_problem* problem, assay_layer_arrays* arrays,
                    int8_t** in) {
  const assay_layer_int8* layer = &problem->layer;
  const size_t channels = (size_t)layer->out_channels * sizeof(int32_t);
  assay_arena arena = {base, 0};
  assay_arena_take(&arena, sizeof *problem);
  const size_t first = arena.used;
  problem->constants = base == NULL ? NULL : base + first;
  arrays->bias = assay_arena_take(&arena, channels);
  arrays->multiplier = assay_arena_take(&arena, channels);
  arrays->shift = assay_arena_take(&arena, channels);
  arrays->weights = assay_arena_take(&arena, assay_layer_weights(layer, assay_layer_conv));
  *in = assay_arena_take(&arena, in_bytes(layer));
  problem->constant_bytes = arena.used - first;
  problem->out = assay_arena_take(&arena, out_bytes(layer));
  return arena.used;
}

static size_t arena_bytes(const int32_t* params) {
  assay_conv2d_int8_problem problem = {0};
  assay_layer_arrays arrays;
  int8_t* in;
  problem.layer = shape_of(params);
  const uint64_t taps =
      (uint64_t)params[kernel_size] * (uint64_t)params[kernel_size] * (uint64_t)params[in_channels];
  const uint64_t limit = UINT64_C(1) << 30;
  if (taps > 65536) return 0;
  if (taps * (uint64_t)params[out_channels] > limit) return 0;
  if ((uint64_t)params[height] * (uint64_t)params[width] * (uint64_t)params[in_channels] > limit) return 0;
  if ((uint64_t)problem.layer.out_height * (uint64_t)problem.layer.out_width *
          (uint64_t)params[out_channels] >
      limit) {
    return 0;
  }
  return place(NULL, &problem, &arrays, &in);
}

static void prepare(void* arena, const int32_t* params, uint64_t seed) {
  assay_conv2d_int8_problem* problem = arena;
  assay_layer_arrays arrays;
  int8_t* in;
  problem->layer = shape_of(params);
  const size_t total = place(arena, problem, &arrays, &in);
  for (size_t i = sizeof *problem; i < total; ++i) ((unsigned char*)arena)[i] = 0;
  assay_layer_int8* layer = &problem->layer;
  layer->weights = arrays.weights;
  layer->bias = arrays.bias;
  layer->multiplier = arrays.multiplier;
  layer->shift = arrays.shift;
  problem->in = in;
  const uint64_t zero_key = assay_stream_key(seed, "conv", "zero");
  layer->in_zero = (int32_t)assay_seed_below(zero_key, 0, 33) - 16;
  layer->out_zero = (int32_t)assay_seed_below(zero_key, 1, 17) - 8;
  const uint64_t in_key = assay_stream_key(seed, "conv", "in");
  const size_t count = in_bytes(layer);
  for (size_t i = 0; i < count; ++i) in[i] = (int8_t)((int32_t)assay_seed_below(in_key, i, 256) - 128);
  assay_seed_weights(layer, assay_layer_conv, &arrays, seed, "conv");
  assay_calibrate(layer, assay_layer_conv, &arrays, in, seed, "conv");
}

static void call(void* arena) {
  assay_conv2d_int8_problem* problem = arena;
  assay_conv2d_int8(&problem->layer, problem->in, problem->out);
}

static void output(const void* arena, int32_t index, assay_kernel_tensor* result) {
  (void)index;
  const assay_conv2d_int8_problem* problem = arena;
  const assay_layer_int8* layer = &problem->layer;
  *result = (assay_kernel_tensor){
      "output",        "i8", 3, {layer->out_height, layer->out_width, layer->out_channels, 0}, problem->out,
      out_bytes(layer)};
}

static void input(const void* arena, assay_kernel_tensor* result) {
  const assay_conv2d_int8_problem* problem = arena;
  *result = (assay_kernel_tensor){"constants",
                                  "u8",
                                  1,
                                  {(int32_t)problem->constant_bytes, 0, 0, 0},
                                  problem->constants,
                                  problem->constant_bytes};
}

static void work(const int32_t* params, assay_kernel_work* result) {
  const assay_layer_int8 layer = shape_of(params);
  const uint64_t taps =
      (uint64_t)layer.kernel_height * (uint64_t)layer.kernel_width * (uint64_t)layer.in_channels;
  const uint64_t channels = (uint64_t)layer.out_channels;
  result->operations = 2 * taps * out_bytes(&layer);
  result->minimum_bytes = in_bytes(&layer) + taps * channels + 12 * channels + out_bytes(&layer);
  result->units = 1;
}

const assay_kernel assay_kernel_conv2d_int8 = {
    .workload = "tinyml.conv2d_int8",
    .implementation = "reference",
    .parameters = parameters,
    .parameter_count = parameter_count,
    .arena_bytes = arena_bytes,
    .illegal = "kernel * kernel * in_channels may be at most 65536, and input, weights and output 1 GiB each",
    .prepare = prepare,
    .call = call,
    .output = output,
    .output_count = 1,
    .input = input,
    .work = work,
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/kernels/seeded_layer.h"

#include "harness/agent/seed.h"

assay_layer_int8 assay_same_layer(int32_t height, int32_t width, int32_t in_channels, int32_t out_channels,
                                  int32_t kernel, int32_t stride) {
  assay_layer_int8 layer = {0};
  layer.in_height = height;
  layer.in_width = width;
  layer.in_channels = in_channels;
  layer.out_channels = out_channels;
  layer.kernel_height = kernel;
  layer.kernel_width = kernel;
  layer.stride = stride;
  layer.out_height = assay_same_size(height, stride);
  layer.out_width = assay_same_size(width, stride);
  layer.pad_top = assay_same_pad(height, kernel, stride);
  layer.pad_left = assay_same_pad(width, kernel, stride);
  layer.low = -128;
  layer.high = 127;
  return layer;
}

static uint64_t in_count(const assay_layer_int8* layer) {
  return (uint64_t)layer->in_height * (uint64_t)layer->in_width * (uint64_t)layer->in_channels;
}

static uint64_t out_count(const assay_layer_int8* layer) {
  return (uint64_t)layer->out_height * (uint64_t)layer->out_width * (uint64_t)layer->out_channels;
}

/* Products in the sum of one output. */
static uint64_t taps_of(const assay_layer_int8* layer, assay_layer_kind kind) {
  const uint64_t taps = (uint64_t)layer->kernel_height * (uint64_t)layer->kernel_width;
  return kind == assay_layer_depthwise ? taps : taps * (uint64_t)layer->in_channels;
}

/* Places everything; `base` NULL only counts. */
static size_t place(unsigned char* base, assay_layer_kind kind, assay_seeded_layer* problem,
                    assay_layer_arrays* arrays, int8_t** in) {
  const assay_layer_int8* layer = &problem->layer;
  const size_t channels = (size_t)layer->out_channels * sizeof(int32_t);
  assay_arena arena = {base, 0};
  assay_arena_take(&arena, sizeof *problem);
  const size_t first = arena.used;
  problem->constants = base == NULL ? NULL : base + first;
  arrays->bias = assay_arena_take(&arena, channels);
  arrays->multiplier = assay_arena_take(&arena, channels);
  arrays->shift = assay_arena_take(&arena, channels);
  arrays->weights = assay_arena_take(&arena, assay_layer_weights(layer, kind));
  *in = assay_arena_take(&arena, (size_t)in_count(layer));
  problem->constant_bytes = arena.used - first;
  problem->out = assay_arena_take(&arena, (size_t)out_count(layer));
  return arena.used;
}

size_t assay_seeded_layer_bytes(const assay_layer_int8* shape, assay_layer_kind kind) {
  assay_seeded_layer problem = {0};
  assay_layer_arrays arrays;
  int8_t* in;
  problem.layer = *shape;
  const uint64_t limit = UINT64_C(1) << 30;
  const uint64_t taps = taps_of(shape, kind);
  if (taps > 65536 || taps * (uint64_t)shape->out_channels > limit) return 0;
  if (in_count(shape) > limit || out_count(shape) > limit) return 0;
  return place(NULL, kind, &problem, &arrays, &in);
}

void assay_seeded_layer_prepare(void* arena, const assay_layer_int8* shape, assay_layer_kind kind,
                                uint64_t seed, const char* name) {
  assay_seeded_layer* problem = arena;
  assay_layer_arrays arrays;
  int8_t* in;
  problem->layer = *shape;
  const size_t total = place(arena, kind, problem, &arrays, &in);
  for (size_t i = sizeof *problem; i < total; ++i) ((unsigned char*)arena)[i] = 0;
  assay_layer_int8* layer = &problem->layer;
  layer->weights = arrays.weights;
  layer->bias = arrays.bias;
  layer->multiplier = arrays.multiplier;
  layer->shift = arrays.shift;
  problem->in = in;
  const uint64_t zero_key = assay_stream_key(seed, name, "zero");
  layer->in_zero = (int32_t)assay_seed_below(zero_key, 0, 33) - 16;
  layer->out_zero = (int32_t)assay_seed_below(zero_key, 1, 17) - 8;
  const uint64_t in_key = assay_stream_key(seed, name, "in");
  const size_t count = (size_t)in_count(layer);
  for (size_t i = 0; i < count; ++i) in[i] = (int8_t)((int32_t)assay_seed_below(in_key, i, 256) - 128);
  assay_seed_weights(layer, kind, &arrays, seed, name);
  assay_calibrate(layer, kind, &arrays, in, seed, name);
}

void assay_seeded_layer_output(const void* arena, int32_t rank, assay_kernel_tensor* result) {
  const assay_seeded_layer* problem = arena;
  const assay_layer_int8* layer = &problem->layer;
  *result = (assay_kernel_tensor){"output",     "i8",
                                  rank,         {layer->out_height, layer->out_width, layer->out_channels, 0},
                                  problem->out, (size_t)out_count(layer)};
  if (rank == 1) result->shape[0] = layer->out_channels;
}

void assay_seeded_layer_input(const void* arena, assay_kernel_tensor* result) {
  const assay_seeded_layer* problem = arena;
  *result = (assay_kernel_tensor){"constants",
                                  "u8",
                                  1,
                                  {(int32_t)problem->constant_bytes, 0, 0, 0},
                                  problem->constants,
                                  problem->constant_bytes};
}

void assay_seeded_layer_work(const assay_layer_int8* shape, assay_layer_kind kind,
                             assay_kernel_work* result) {
  result->operations = 2 * taps_of(shape, kind) * out_count(shape);
  result->minimum_bytes = in_count(shape) + assay_layer_weights(shape, kind) +
                          12 * (uint64_t)shape->out_channels + out_count(shape);
  result->units = 1;
}

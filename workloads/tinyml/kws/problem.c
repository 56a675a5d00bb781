/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/kws/problem.h"

#include "harness/agent/seed.h"
#include "workloads/tinyml/kernels/calibrate.h"

enum { frames, filters, blocks, parameter_count };

static const assay_kernel_parameter parameters[parameter_count] = {
    {"frames", 49, 4, 1000}, {"filters", 64, 1, 512}, {"blocks", 4, 1, assay_kws_max_blocks}};

static const int32_t xs[parameter_count] = {25, 16, 4};

static const char* const names[assay_kws_max_layers] = {"conv", "dw1", "pw1", "dw2", "pw2",
                                                        "dw3",  "pw3", "dw4", "pw4", "fc"};

static assay_layer_kind kind_of(const assay_kws_problem* problem, int32_t i) {
  if (i == 2 * problem->blocks + 1) return assay_layer_fully_connected;
  return i % 2 == 1 ? assay_layer_depthwise : assay_layer_conv;
}

/* The seeded streams of a layer keep their names when there are fewer blocks. */
static const char* name_of(const assay_kws_problem* problem, int32_t i) {
  return i == 2 * problem->blocks + 1 ? names[assay_kws_max_layers - 1] : names[i];
}

static assay_layer_int8 same_layer(int32_t height, int32_t width, int32_t in, int32_t out,
                                   int32_t kernel_height, int32_t kernel_width, int32_t stride) {
  assay_layer_int8 layer = {0};
  layer.in_height = height;
  layer.in_width = width;
  layer.in_channels = in;
  layer.out_channels = out;
  layer.kernel_height = kernel_height;
  layer.kernel_width = kernel_width;
  layer.stride = stride;
  layer.out_height = assay_same_size(height, stride);
  layer.out_width = assay_same_size(width, stride);
  layer.pad_top = assay_same_pad(height, kernel_height, stride);
  layer.pad_left = assay_same_pad(width, kernel_width, stride);
  layer.in_zero = -128; /* what a ReLU layer leaves */
  layer.out_zero = -128;
  layer.low = -128;
  layer.high = 127;
  return layer;
}

static void shape(const int32_t* params, assay_kws_problem* problem) {
  const int32_t channels = params[filters];
  problem->blocks = params[blocks];
  problem->layers[0] = same_layer(params[frames], assay_kws_coefficients, 1, channels, 10, 4, 2);
  const int32_t height = problem->layers[0].out_height;
  const int32_t width = problem->layers[0].out_width;
  for (int32_t b = 0; b < problem->blocks; ++b) {
    problem->layers[2 * b + 1] = same_layer(height, width, channels, channels, 3, 3, 1);
    problem->layers[2 * b + 2] = same_layer(height, width, channels, channels, 1, 1, 1);
  }
  problem->layers[2 * problem->blocks + 1] = same_layer(1, 1, channels, assay_kws_classes, 1, 1, 1);
  /* As MLPerf Tiny's model: int(frames / 2) x int(coefficients / 2), so the 25th row of 25 is left out. */
  problem->pool_height = params[frames] / 2;
  problem->pool_width = assay_kws_coefficients / 2;
  /* Scale of the logits 3/64: 0.75 * 2^22 = 3/64 * 2^26; the least difference is -31 * 2^26 / 2^22. */
  problem->softmax_multiplier = 1610612736;
  problem->softmax_shift = 22;
  problem->softmax_least = -496;
}

static size_t activation_bytes(const assay_kws_problem* problem) {
  const assay_layer_int8* layer = &problem->layers[0];
  return (size_t)layer->out_height * (size_t)layer->out_width * (size_t)layer->out_channels;
}

static size_t in_bytes(const assay_kws_problem* problem) {
  return (size_t)problem->layers[0].in_height * assay_kws_coefficients;
}

typedef struct places {
  assay_layer_arrays arrays[assay_kws_max_layers];
  int8_t* in;
} places;

/* Places everything; `base` NULL only counts. */
static size_t place(unsigned char* base, assay_kws_problem* problem, places* at) {
  assay_arena arena = {base, 0};
  assay_arena_take(&arena, sizeof *problem);
  const size_t first = arena.used;
  for (int32_t i = 0; i < 2 * problem->blocks + 2; ++i) {
    const assay_layer_int8* layer = &problem->layers[i];
    const size_t channels = (size_t)layer->out_channels * sizeof(int32_t);
    at->arrays[i].bias = assay_arena_take(&arena, channels);
    at->arrays[i].multiplier = assay_arena_take(&arena, channels);
    at->arrays[i].shift = assay_arena_take(&arena, channels);
    at->arrays[i].weights = assay_arena_take(&arena, assay_layer_weights(layer, kind_of(problem, i)));
  }
  at->in = assay_arena_take(&arena, in_bytes(problem));
  problem->constants = at->arrays[0].bias; /* the first of them */
  problem->constant_bytes = arena.used - first;
  problem->activations[0] = assay_arena_take(&arena, activation_bytes(problem));
  problem->activations[1] = assay_arena_take(&arena, activation_bytes(problem));
  problem->pooled = assay_arena_take(&arena, (size_t)problem->layers[0].out_channels);
  problem->logits = assay_arena_take(&arena, assay_kws_classes);
  problem->out = assay_arena_take(&arena, assay_kws_classes);
  return arena.used;
}

static size_t arena_bytes(const int32_t* params) {
  assay_kws_problem problem = {0};
  places at = {0};
  shape(params, &problem);
  return place(NULL, &problem, &at);
}

/* Runs layer i from its input to its output; before the last layer the features are pooled. */
static void run_layer(assay_kws_problem* problem, int32_t i) {
  const assay_layer_int8* layer = &problem->layers[i];
  switch (kind_of(problem, i)) {
    case assay_layer_conv:
      assay_conv2d_int8(layer, i == 0 ? problem->in : problem->activations[1], problem->activations[0]);
      break;
    case assay_layer_depthwise:
      assay_depthwise_int8(layer, problem->activations[0], problem->activations[1]);
      break;
    case assay_layer_fully_connected:
      assay_fully_connected_int8(layer, problem->pooled, problem->logits);
      break;
  }
}

static void pool(assay_kws_problem* problem) {
  const assay_layer_int8* layer = &problem->layers[0];
  assay_avgpool_int8(problem->activations[0], layer->out_width, layer->out_channels, problem->pool_height,
                     problem->pool_width, problem->pooled);
}

static const int8_t* input_of(const assay_kws_problem* problem, int32_t i) {
  if (i == 0) return problem->in;
  if (i == 2 * problem->blocks + 1) return problem->pooled;
  return problem->activations[i % 2 == 1 ? 0 : 1];
}

static void prepare(void* arena, const int32_t* params, uint64_t seed) {
  assay_kws_problem* problem = arena;
  places at = {0};
  shape(params, problem);
  const size_t total = place(arena, problem, &at);
  for (size_t i = sizeof *problem; i < total; ++i) ((unsigned char*)arena)[i] = 0;
  problem->in = at.in;
  const uint64_t in_key = assay_stream_key(seed, "kws", "in");
  const size_t count = in_bytes(problem);
  for (size_t i = 0; i < count; ++i) at.in[i] = (int8_t)((int32_t)assay_seed_below(in_key, i, 256) - 128);
  problem->layers[0].in_zero = (int32_t)assay_seed_below(assay_stream_key(seed, "kws", "zero"), 0, 129) - 64;
  const int32_t last = 2 * problem->blocks + 1;
  for (int32_t i = 0; i <= last; ++i) {
    assay_layer_int8* layer = &problem->layers[i];
    layer->weights =
        at.arrays[i].weights; /* NOLINT(*uninitialized.Assign): place() filled it, there is a layer */
    layer->bias = at.arrays[i].bias;
    layer->multiplier = at.arrays[i].multiplier;
    layer->shift = at.arrays[i].shift;
    if (i == last) {
      layer->out_zero = 0;
      pool(problem);
    }
    assay_seed_weights(layer, kind_of(problem, i), &at.arrays[i], seed, name_of(problem, i));
    assay_calibrate(layer, kind_of(problem, i), &at.arrays[i], input_of(problem, i), seed,
                    name_of(problem, i));
    run_layer(problem, i);
  }
}

static void call(void* arena) {
  assay_kws_problem* problem = arena;
  const int32_t last = 2 * problem->blocks + 1;
  for (int32_t i = 0; i < last; ++i) run_layer(problem, i);
  pool(problem);
  run_layer(problem, last);
  assay_softmax_int8(problem->logits, assay_kws_classes, problem->softmax_multiplier, problem->softmax_shift,
                     problem->softmax_least, problem->out);
}

static void output(const void* arena, int32_t index, assay_kernel_tensor* result) {
  const assay_kws_problem* problem = arena;
  const assay_layer_int8* layer = &problem->layers[0];
  if (index == 0) {
    *result = (assay_kernel_tensor){"probabilities",  "i8", 1, {assay_kws_classes, 0, 0, 0}, problem->out,
                                    assay_kws_classes};
  } else {
    *result = (assay_kernel_tensor){"features",
                                    "i8",
                                    3,
                                    {layer->out_height, layer->out_width, layer->out_channels, 0},
                                    problem->activations[0],
                                    activation_bytes(problem)};
  }
}

static void input(const void* arena, assay_kernel_tensor* result) {
  const assay_kws_problem* problem = arena;
  *result = (assay_kernel_tensor){"constants",
                                  "u8",
                                  1,
                                  {(int32_t)problem->constant_bytes, 0, 0, 0},
                                  problem->constants,
                                  problem->constant_bytes};
}

static void work(const int32_t* params, assay_kernel_work* result) {
  assay_kws_problem problem = {0};
  shape(params, &problem);
  uint64_t macs = 0;
  uint64_t bytes = in_bytes(&problem) + assay_kws_classes;
  for (int32_t i = 0; i < 2 * problem.blocks + 2; ++i) {
    const assay_layer_int8* layer = &problem.layers[i];
    const uint64_t weights = assay_layer_weights(layer, kind_of(&problem, i));
    macs += weights * (uint64_t)layer->out_height * (uint64_t)layer->out_width;
    bytes += weights + 12 * (uint64_t)layer->out_channels;
  }
  result->operations = 2 * macs;
  result->minimum_bytes = bytes;
  result->units = 1;
}

const assay_kernel assay_kernel_kws = {
    .workload = "tinyml.kws",
    .unit_of_work = "inferences",
    .parameters = parameters,
    .parameter_count = parameter_count,
    .xs = xs,
    .arena_bytes = arena_bytes,
    .illegal = "",
    .prepare = prepare,
    .call = call,
    .output = output,
    .output_count = 2,
    .input = input,
    .work = work,
};

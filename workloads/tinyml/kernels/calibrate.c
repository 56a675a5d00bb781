/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/kernels/calibrate.h"

#include "harness/agent/seed.h"
#include "workloads/tinyml/kernels/quantise.h"

void* assay_arena_take(assay_arena* arena, size_t bytes) {
  void* result = arena->base == NULL ? NULL : arena->base + arena->used;
  arena->used += (bytes + 15u) / 16u * 16u;
  return result;
}

uint64_t assay_stream_key(uint64_t seed, const char* name, const char* part) {
  char text[48];
  size_t length = 0;
  while (*name != '\0' && length < sizeof text) text[length++] = *name++;
  if (length < sizeof text) text[length++] = '.';
  while (*part != '\0' && length < sizeof text) text[length++] = *part++;
  return seed ^ assay_fnv1a64(text, length);
}

size_t assay_layer_weights(const assay_layer_int8* layer, assay_layer_kind kind) {
  const size_t taps = (size_t)layer->kernel_height * (size_t)layer->kernel_width;
  switch (kind) {
    case assay_layer_conv:
      return taps * (size_t)layer->in_channels * (size_t)layer->out_channels;
    case assay_layer_depthwise:
      return taps * (size_t)layer->in_channels;
    case assay_layer_fully_connected:
      break;
  }
  return (size_t)layer->in_channels * (size_t)layer->out_channels;
}

void assay_seed_weights(const assay_layer_int8* layer, assay_layer_kind kind,
                        const assay_layer_arrays* arrays, uint64_t seed, const char* name) {
  const uint64_t key = assay_stream_key(seed, name, "weights");
  const size_t count = assay_layer_weights(layer, kind);
  for (size_t i = 0; i < count; ++i)
    arrays->weights[i] = (int8_t)((int32_t)assay_seed_below(key, i, 255) - 127);
}

/* The sum of channel o at a pixel, without its bias. */
static int32_t sum_at(const assay_layer_int8* layer, assay_layer_kind kind, const int8_t* in, int32_t pixel,
                      int32_t o) {
  const int32_t y = pixel / layer->out_width;
  const int32_t x = pixel % layer->out_width;
  return kind == assay_layer_conv ? assay_conv2d_int8_sum(layer, in, y, x, o)
                                  : assay_depthwise_int8_sum(layer, in, y, x, o);
}

static int32_t dot(const assay_layer_int8* layer, const int8_t* in, int32_t o) {
  const int8_t* weights = layer->weights + (size_t)o * (size_t)layer->in_channels;
  int32_t sum = 0;
  for (int32_t c = 0; c < layer->in_channels; ++c) sum += (in[c] - layer->in_zero) * weights[c];
  return sum;
}

/* Sums around `middle` come to lie around 0; `distance` of them becomes `target` steps of the output. */
static void set_channel(const assay_layer_arrays* arrays, int32_t o, int64_t middle, int64_t distance,
                        int32_t target) {
  arrays->bias[o] = (int32_t)-middle;
  assay_q_ratio((uint64_t)target, distance < 1 ? 1 : (uint64_t)distance, &arrays->multiplier[o],
                &arrays->shift[o]);
}

/* Uniform in [least, most]. */
static int32_t draw(uint64_t key, int32_t o, uint32_t least, uint32_t most) {
  return (int32_t)(least + assay_seed_below(key, (uint64_t)o, most - least + 1));
}

static void calibrate_logits(const assay_layer_int8* layer, const assay_layer_arrays* arrays,
                             const int8_t* in, int32_t target) {
  int64_t minimum = INT32_MAX;
  int64_t maximum = INT32_MIN;
  for (int32_t o = 0; o < layer->out_channels; ++o) {
    const int32_t sum = dot(layer, in, o);
    if (sum < minimum) minimum = sum;
    if (sum > maximum) maximum = sum;
  }
  const int64_t middle = minimum == maximum ? 0 : (minimum + maximum) / 2;
  for (int32_t o = 0; o < layer->out_channels; ++o) set_channel(arrays, o, middle, maximum - middle, target);
}

/* As `/`, by the unsigned division that is there anyway: a signed one of 64 bits takes RV32 900 bytes. */
static int64_t quotient(int64_t value, int32_t count) {
  const uint64_t size = value < 0 ? 0u - (uint64_t)value : (uint64_t)value;
  const int64_t result = (int64_t)(size / (uint32_t)count);
  return value < 0 ? -result : result;
}

/* From every `step`-th pixel. */
static void calibrate_pixels(const assay_layer_int8* layer, assay_layer_kind kind,
                             const assay_layer_arrays* arrays, const int8_t* in, uint64_t key, int32_t step) {
  const int32_t pixels = layer->out_height * layer->out_width;
  const int32_t used = (pixels - 1) / step + 1;
  const int relu = layer->low == layer->out_zero;
  for (int32_t o = 0; o < layer->out_channels; ++o) {
    int64_t mean = 0;
    for (int32_t i = 0; i < pixels; i += step) mean += sum_at(layer, kind, in, i, o);
    mean = quotient(mean, used);
    int64_t deviation = 0;
    for (int32_t i = 0; i < pixels; i += step) {
      const int64_t distance = sum_at(layer, kind, in, i, o) - mean;
      deviation += distance < 0 ? -distance : distance;
    }
    deviation = quotient(deviation, used);
    if (deviation == 0) { /* one sum only: centred, it would be lost */
      deviation = mean < 0 ? -mean : mean;
      mean = 0;
    }
    set_channel(arrays, o, mean, deviation, relu ? draw(key, o, 90, 116) : draw(key, o, 45, 58));
  }
}

void assay_calibrate(const assay_layer_int8* layer, assay_layer_kind kind, const assay_layer_arrays* arrays,
                     const int8_t* in, uint64_t seed, const char* name) {
  const uint64_t key = assay_stream_key(seed, name, "range");
  for (int32_t o = 0; o < layer->out_channels; ++o) arrays->bias[o] = 0;
  if (kind == assay_layer_fully_connected) {
    calibrate_logits(layer, arrays, in, draw(key, 0, 133, 150));
  } else {
    calibrate_pixels(layer, kind, arrays, in, key, 1);
  }
}

void assay_calibrate_some(const assay_layer_int8* layer, assay_layer_kind kind,
                          const assay_layer_arrays* arrays, const int8_t* in, uint64_t seed, const char* name,
                          int32_t most) {
  const uint64_t key = assay_stream_key(seed, name, "range");
  const int32_t pixels = layer->out_height * layer->out_width;
  for (int32_t o = 0; o < layer->out_channels; ++o) arrays->bias[o] = 0;
  if (kind == assay_layer_fully_connected) {
    const int relu = layer->low == layer->out_zero;
    const int few = layer->out_channels <= 2;
    calibrate_logits(layer, arrays, in,
                     few    ? draw(key, 0, 20, 40)
                     : relu ? draw(key, 0, 266, 300)
                            : draw(key, 0, 133, 150));
  } else {
    /* An odd step meets every column of an even width. */
    calibrate_pixels(layer, kind, arrays, in, key, pixels <= most ? 1 : ((pixels - 1) / most + 1) | 1);
  }
}

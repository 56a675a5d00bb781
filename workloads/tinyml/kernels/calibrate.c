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

typedef struct bounds {
  int32_t minimum, maximum;
} bounds;

static void widen(bounds* b, int32_t sum) {
  if (sum < b->minimum) b->minimum = sum;
  if (sum > b->maximum) b->maximum = sum;
}

/* The sums of channel o without its bias. */
static void widen_by_channel(bounds* b, const assay_layer_int8* layer, assay_layer_kind kind,
                             const int8_t* in, int32_t o) {
  if (kind == assay_layer_fully_connected) {
    const int8_t* weights = layer->weights + (size_t)o * (size_t)layer->in_channels;
    int32_t sum = 0;
    for (int32_t c = 0; c < layer->in_channels; ++c) sum += (in[c] - layer->in_zero) * weights[c];
    widen(b, sum);
    return;
  }
  for (int32_t y = 0; y < layer->out_height; ++y) {
    for (int32_t x = 0; x < layer->out_width; ++x) {
      widen(b, kind == assay_layer_conv ? assay_conv2d_int8_sum(layer, in, y, x, o)
                                        : assay_depthwise_int8_sum(layer, in, y, x, o));
    }
  }
}

static void set_channel(const assay_layer_arrays* arrays, int32_t o, bounds b, int32_t target) {
  int64_t middle = ((int64_t)b.minimum + b.maximum) / 2;
  if (b.minimum == b.maximum) middle = 0;
  const int64_t above = b.maximum - middle;
  const int64_t below = middle - b.minimum;
  int64_t half = above > below ? above : below;
  if (half < 1) half = 1;
  arrays->bias[o] = (int32_t)-middle;
  assay_q_ratio((uint64_t)target, (uint64_t)half, &arrays->multiplier[o], &arrays->shift[o]);
}

void assay_calibrate(const assay_layer_int8* layer, assay_layer_kind kind, const assay_layer_arrays* arrays,
                     const int8_t* in, uint64_t seed, const char* name) {
  const uint64_t key = assay_stream_key(seed, name, "range");
  const int relu = layer->low == layer->out_zero;
  const uint32_t least = relu ? 153 : 77;
  const uint32_t most = relu ? 229 : 114;
  for (int32_t o = 0; o < layer->out_channels; ++o) arrays->bias[o] = 0;
  bounds b = {INT32_MAX, INT32_MIN};
  for (int32_t o = 0; o < layer->out_channels; ++o) {
    const int32_t target = (int32_t)(least + assay_seed_below(key, (uint64_t)o, most - least + 1));
    if (kind != assay_layer_fully_connected) {
      b.minimum = INT32_MAX;
      b.maximum = INT32_MIN;
    }
    widen_by_channel(&b, layer, kind, in, o);
    if (kind != assay_layer_fully_connected) set_channel(arrays, o, b, target);
  }
  if (kind != assay_layer_fully_connected) return;
  const int32_t target = (int32_t)(least + assay_seed_below(key, 0, most - least + 1));
  for (int32_t o = 0; o < layer->out_channels; ++o) set_channel(arrays, o, b, target);
}

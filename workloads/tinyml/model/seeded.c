/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/model/seeded.h"

#include "harness/agent/seed.h"
#include "workloads/tinyml/kernels/quantise.h"
#include "workloads/tinyml/kernels/seeded_layer.h"

static int32_t size_of(const assay_node* node) { return node->height * node->width * node->channels; }

static assay_node add_tensor(assay_builder* b, assay_node node) {
  node.tensor = b->tensor_count++;
  const int16_t step = (int16_t)b->step_count;
  b->tensors[node.tensor] = (assay_network_tensor){size_of(&node), step, step, 0};
  return node;
}

static void read_by(assay_builder* b, int32_t tensor, int32_t step) {
  b->tensors[tensor].last = (int16_t)step;
}

/* Counts the step, and gives its place where steps are written. */
static assay_network_step* add_step(assay_builder* b, assay_step_kind kind, const assay_node* in,
                                    const assay_node* out) {
  read_by(b, in->tensor, b->step_count);
  assay_network_step* step = b->steps == NULL ? NULL : &b->steps[b->step_count];
  if (step != NULL) {
    *step = (assay_network_step){0};
    step->kind = (int32_t)kind;
    step->in = in->tensor;
    step->in2 = in->tensor;
    step->out = out->tensor;
  }
  ++b->step_count;
  return step;
}

assay_node assay_build_input(assay_builder* b, int32_t height, int32_t width, int32_t channels) {
  const assay_node node = add_tensor(b, (assay_node){0, height, width, channels, 0});
  assay_arena_take(&b->constants, (size_t)size_of(&node));
  return node;
}

static assay_node add_layer(assay_builder* b, const assay_node* in, assay_layer_int8 layer,
                            assay_layer_kind kind, int relu) {
  const size_t channels = (size_t)layer.out_channels;
  const size_t weights = assay_layer_weights(&layer, kind);
  layer.bias = assay_arena_take(&b->constants, channels * sizeof(int32_t));
  layer.multiplier = assay_arena_take(&b->constants, channels * sizeof(int32_t));
  layer.shift = assay_arena_take(&b->constants, channels * sizeof(int32_t));
  layer.weights = assay_arena_take(&b->constants, weights);
  layer.in_zero = in->zero;
  layer.out_zero = relu ? -128 : 0;
  b->macs += weights * (uint64_t)layer.out_height * (uint64_t)layer.out_width;
  b->parameter_bytes += weights + 12 * channels;
  const assay_node out =
      add_tensor(b, (assay_node){0, layer.out_height, layer.out_width, layer.out_channels, layer.out_zero});
  assay_network_step* step = add_step(b, (assay_step_kind)kind, in, &out);
  if (step != NULL) step->as.layer = layer;
  return out;
}

assay_node assay_build_conv(assay_builder* b, assay_node in, int32_t channels, int32_t kernel, int32_t stride,
                            int relu) {
  return add_layer(b, &in, assay_same_layer(in.height, in.width, in.channels, channels, kernel, stride),
                   assay_layer_conv, relu);
}

assay_node assay_build_depthwise(assay_builder* b, assay_node in, int32_t kernel, int32_t stride) {
  return add_layer(b, &in, assay_same_layer(in.height, in.width, in.channels, in.channels, kernel, stride),
                   assay_layer_depthwise, 1);
}

assay_node assay_build_fully_connected(assay_builder* b, assay_node in, int32_t channels, int relu) {
  return add_layer(b, &in, assay_same_layer(1, 1, size_of(&in), channels, 1, 1), assay_layer_fully_connected,
                   relu);
}

assay_node assay_build_mean(assay_builder* b, assay_node in) {
  const assay_node out = add_tensor(b, (assay_node){0, 1, 1, in.channels, in.zero});
  assay_network_step* step = add_step(b, assay_step_avgpool, &in, &out);
  if (step != NULL) step->as.pool = (assay_pool_step){in.width, in.channels, in.height, in.width};
  return out;
}

assay_node assay_build_add(assay_builder* b, assay_node first, assay_node second) {
  const assay_node out = add_tensor(b, (assay_node){0, first.height, first.width, first.channels, -128});
  read_by(b, second.tensor, b->step_count);
  assay_network_step* step = add_step(b, assay_step_add, &first, &out);
  if (step == NULL) return out;
  step->in2 = second.tensor;
  assay_add_scales_int8* scales = &step->as.add.scales;
  const uint64_t key = assay_stream_key(b->seed, b->name, "add") + (uint64_t)b->step_count;
  const uint32_t a_scale = 1000 + assay_seed_below(key, 0, 1000);
  const uint32_t b_scale = 1000 + assay_seed_below(key, 1, 1000);
  const uint64_t common = 2 * (uint64_t)(a_scale > b_scale ? a_scale : b_scale);
  scales->a_zero = first.zero;
  scales->b_zero = second.zero;
  scales->out_zero = out.zero;
  scales->low = -128;
  scales->high = 127;
  assay_q_ratio(a_scale, common, &scales->a_multiplier, &scales->a_shift);
  assay_q_ratio(b_scale, common, &scales->b_multiplier, &scales->b_shift);
  /* After ReLU a tensor reaches twice as far above its zero point as one around it. */
  const uint64_t out_scale = (uint64_t)(a_scale + b_scale) * (first.zero == -128 ? 4 : 3) / 8;
  assay_q_ratio(common, out_scale << 20, &scales->out_multiplier, &scales->out_shift);
  step->as.add.count = size_of(&first);
  return out;
}

assay_node assay_build_softmax(assay_builder* b, assay_node in) {
  const assay_node out = add_tensor(b, (assay_node){0, 1, 1, in.channels, -128});
  assay_network_step* step = add_step(b, assay_step_softmax, &in, &out);
  /* 3/64 * 2^26 = 0.75 * 2^22; the least difference is -31 * 2^26 / 2^22. */
  if (step != NULL) step->as.softmax = (assay_softmax_step){in.channels, 1610612736, 22, -496};
  return out;
}

/* Outputs live to the end. */
static void build_all(assay_builder* b, assay_build build, const char* name, const int32_t* params) {
  b->name = name;
  build(b, params);
  read_by(b, b->result.tensor, b->step_count - 1);
  read_by(b, b->features.tensor, b->step_count - 1);
}

/* Where everything lies; `base` NULL only counts. The plan is in the builder's tensors. */
typedef struct layout {
  assay_network_step* steps;
  assay_network_tensor* tensors;
  unsigned char* constants;
  int8_t* activations;
  int32_t activation_bytes;
  size_t total;
} layout;

static layout lay_out(unsigned char* base, assay_builder* counted) {
  layout at;
  assay_arena arena = {base, 0};
  assay_arena_take(&arena, sizeof(assay_seeded_network));
  at.steps = assay_arena_take(&arena, (size_t)counted->step_count * sizeof *at.steps);
  at.tensors = assay_arena_take(&arena, (size_t)counted->tensor_count * sizeof *at.tensors);
  at.constants = assay_arena_take(&arena, counted->constants.used);
  at.activation_bytes = assay_plan(counted->tensors, counted->tensor_count);
  at.activations = assay_arena_take(&arena, (size_t)at.activation_bytes);
  at.total = arena.used;
  return at;
}

size_t assay_seeded_bytes(assay_build build, const char* name, const int32_t* params) {
  assay_builder builder = {0};
  build_all(&builder, build, name, params);
  return lay_out(NULL, &builder).total;
}

/* "<name>.<step>" */
static void name_step(char* text, const char* name, int32_t step) {
  size_t length = 0;
  while (*name != '\0') text[length++] = *name++;
  text[length++] = '.';
  text[length++] = (char)('0' + step / 10);
  text[length++] = (char)('0' + step % 10);
  text[length] = '\0';
}

/* Weights and scales of one layer, from the input that the layers before it made. */
static void seed_layer(const assay_network* network, int32_t i, const char* network_name, uint64_t seed) {
  char name[16];
  const assay_network_step* step = &network->steps[i];
  const assay_layer_int8* layer = &step->as.layer;
  const assay_layer_kind kind = (assay_layer_kind)step->kind;
  /* The arrays lie in the arena, which is ours to write. */
  const assay_layer_arrays arrays = {(int8_t*)layer->weights, (int32_t*)layer->bias,
                                     (int32_t*)layer->multiplier, (int32_t*)layer->shift};
  name_step(name, network_name, i);
  assay_seed_weights(layer, kind, &arrays, seed, name);
  assay_calibrate_some(layer, kind, &arrays, assay_network_data(network, step->in), seed, name, 32);
}

void assay_seeded_prepare(assay_build build, const char* name, void* arena, const int32_t* params,
                          uint64_t seed) {
  assay_seeded_network* problem = arena;
  assay_builder builder = {0};
  build_all(&builder, build, name, params);
  const layout at = lay_out(arena, &builder);
  for (size_t i = 0; i < at.total; ++i) ((unsigned char*)arena)[i] = 0;
  const size_t constant_bytes = builder.constants.used;
  builder = (assay_builder){0};
  builder.steps = at.steps;
  builder.constants.base = at.constants;
  builder.seed = seed;
  build_all(&builder, build, name, params);
  assay_plan(builder.tensors, builder.tensor_count);
  for (int32_t i = 0; i < builder.tensor_count; ++i) at.tensors[i] = builder.tensors[i];
  int8_t* input = (int8_t*)at.constants;
  const uint64_t key = assay_stream_key(seed, name, "in");
  for (int32_t i = 0; i < at.tensors[0].bytes; ++i)
    input[i] = (int8_t)((int32_t)assay_seed_below(key, (uint64_t)i, 256) - 128);
  *problem = (assay_seeded_network){
      .network = {at.steps, at.tensors, builder.step_count, input, at.activations},
      .result = builder.result,
      .features = builder.features,
      .constants = at.constants,
      .constant_bytes = constant_bytes,
      .tensor_count = builder.tensor_count,
      .activation_bytes = at.activation_bytes,
  };
  for (int32_t i = 0; i < builder.step_count; ++i) {
    if (at.steps[i].kind <= (int32_t)assay_step_fully_connected) seed_layer(&problem->network, i, name, seed);
    assay_network_step_run(&problem->network, i);
  }
}

void assay_seeded_call(void* arena) { assay_network_run(&((const assay_seeded_network*)arena)->network); }

void assay_seeded_output(const void* arena, int32_t index, assay_kernel_tensor* result) {
  const assay_seeded_network* problem = arena;
  const assay_node* node = index == 0 ? &problem->result : &problem->features;
  const int8_t* data = assay_network_data(&problem->network, node->tensor);
  *result = (assay_kernel_tensor){
      "features", "i8", 3, {node->height, node->width, node->channels, 0}, data, (size_t)size_of(node)};
  if (index != 0) return;
  result->name = "output";
  result->rank = 1;
  result->shape[0] = size_of(node);
}

void assay_seeded_input(const void* arena, assay_kernel_tensor* result) {
  const assay_seeded_network* problem = arena;
  *result = (assay_kernel_tensor){"constants",
                                  "u8",
                                  1,
                                  {(int32_t)problem->constant_bytes, 0, 0, 0},
                                  problem->constants,
                                  problem->constant_bytes};
}

void assay_seeded_work(assay_build build, const char* name, const int32_t* params,
                       assay_kernel_work* result) {
  assay_builder builder = {0};
  build_all(&builder, build, name, params);
  result->operations = 2 * builder.macs;
  result->minimum_bytes =
      (uint64_t)builder.tensors[0].bytes + builder.parameter_bytes + (uint64_t)size_of(&builder.result);
  result->units = 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/model/compiled.h"

#include "harness/agent/seed.h"

/* At the start of the arena; activations and the input follow. */
typedef struct instance {
  assay_network network;
} instance;

static size_t aligned(size_t bytes) { return (bytes + 15) / 16 * 16; }

static size_t arena_bytes(const int32_t* params) {
  (void)params;
  return aligned(sizeof(instance)) + aligned((size_t)assay_model.arena_bytes) +
         (size_t)assay_model.tensors[0].bytes;
}

/* The same input as the host's: stream "model.in". */
static void prepare(void* arena, const int32_t* params, uint64_t seed) {
  (void)params;
  instance* own = arena;
  int8_t* activations = (int8_t*)arena + aligned(sizeof(instance));
  int8_t* input = activations + aligned((size_t)assay_model.arena_bytes);
  const uint64_t key = seed ^ assay_fnv1a64("model.in", 8);
  for (int32_t i = 0; i < assay_model.tensors[0].bytes; ++i)
    input[i] = (int8_t)((int32_t)assay_seed_below(key, (uint64_t)i, 256) - 128);
  own->network = (assay_network){.steps = assay_model.steps,
                                 .tensors = assay_model.tensors,
                                 .step_count = assay_model.step_count,
                                 .input = input,
                                 .arena = activations};
}

static void call(void* arena) { assay_network_run(&((const instance*)arena)->network); }

static void output(const void* arena, int32_t index, assay_kernel_tensor* result) {
  (void)index;
  const assay_network* network = &((const instance*)arena)->network;
  const int32_t bytes = assay_model.tensors[assay_model.result].bytes;
  *result = (assay_kernel_tensor){.name = "output",
                                  .dtype = "i8",
                                  .rank = 1,
                                  .shape = {bytes},
                                  .data = assay_network_data(network, assay_model.result),
                                  .bytes = (size_t)bytes};
}

static uint32_t input_digest(const void* arena) {
  (void)arena;
  return assay_model.input_digest;
}

static void work(const int32_t* params, assay_kernel_work* result) {
  (void)params;
  *result = (assay_kernel_work){assay_model.operations, assay_model.minimum_bytes, 1};
}

const assay_kernel assay_kernel_model = {
    .workload = "tinyml.model",
    .unit_of_work = "inferences",
    .arena_bytes = arena_bytes,
    .illegal = "",
    .prepare = prepare,
    .call = call,
    .output = output,
    .output_count = 1,
    .input_digest = input_digest,
    .work = work,
    .hello = ",\"inputs\":[{\"name\":\"model\",\"kind\":\"model\"}]",
    .file = assay_model_file,
};

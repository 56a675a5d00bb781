/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/model/seeded.h"

enum { inputs, width, code, parameter_count };

static const assay_kernel_parameter parameters[parameter_count] = {
    {"inputs", 640, 1, 4096}, {"width", 128, 1, 1024}, {"code", 8, 1, 1024}};

static const int32_t xs[parameter_count] = {64, 16, 4};

/* An autoencoder: four layers, the code, four layers, as many outputs as inputs. */
static void build(assay_builder* b, const int32_t* params) {
  assay_node x = assay_build_input(b, 1, 1, params[inputs]);
  for (int32_t i = 0; i < 9; ++i) {
    x = assay_build_fully_connected(b, x, i == 4 ? params[code] : params[width], 1);
    if (i == 4) b->features = x;
  }
  b->result = assay_build_fully_connected(b, x, params[inputs], 0);
}

static size_t arena_bytes(const int32_t* params) { return assay_seeded_bytes(build, "ad", params); }

static void prepare(void* arena, const int32_t* params, uint64_t seed) {
  assay_seeded_prepare(build, "ad", arena, params, seed);
}

static void work(const int32_t* params, assay_kernel_work* result) {
  assay_seeded_work(build, "ad", params, result);
}

const assay_kernel assay_kernel_ad = {
    .workload = "tinyml.ad",
    .unit_of_work = "inferences",
    .parameters = parameters,
    .parameter_count = parameter_count,
    .xs = xs,
    .arena_bytes = arena_bytes,
    .illegal = "",
    .prepare = prepare,
    .call = assay_seeded_call,
    .output = assay_seeded_output,
    .output_count = 2,
    .input = assay_seeded_input,
    .work = work,
};

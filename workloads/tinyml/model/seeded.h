/* SPDX-License-Identifier: Apache-2.0 */
/* Networks of seeded weights as rows (harness/agent/kernel.h): a network is a function that adds its layers
 * to a builder. Freestanding C11, no heap. */
#ifndef ASSAY_TINYML_SEEDED_H
#define ASSAY_TINYML_SEEDED_H

#include "harness/agent/kernel.h"
#include "workloads/tinyml/kernels/calibrate.h"
#include "workloads/tinyml/model/network.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { assay_most_tensors = 32 };

/* A tensor under construction: its number, shape and zero point. */
typedef struct assay_node {
  int32_t tensor;
  int32_t height, width, channels;
  int32_t zero;
} assay_node;

/* Counts what a network needs, and, where `steps` is not NULL, writes its steps. */
typedef struct assay_builder {
  assay_network_step* steps;
  int32_t step_count;
  assay_network_tensor tensors[assay_most_tensors];
  int32_t tensor_count;
  assay_arena constants; /* input, weights, biases and scales */
  const char* name;      /* of the seeded streams: "vww" */
  uint64_t seed;
  uint64_t macs, parameter_bytes;
  assay_node result, features;
} assay_builder;

/* Layers in the order in which they run; each reads nodes that exist. Convolutions have SAME padding. With
 * `relu` the output's zero point is -128, else 0. Scales are set when the network is prepared, see
 * assay_seeded_prepare(). */
assay_node assay_build_input(assay_builder* builder, int32_t height, int32_t width, int32_t channels);
assay_node assay_build_conv(assay_builder* builder, assay_node in, int32_t channels, int32_t kernel,
                            int32_t stride, int relu);
assay_node assay_build_depthwise(assay_builder* builder, assay_node in, int32_t kernel, int32_t stride);
/* The input's elements in one row. */
assay_node assay_build_fully_connected(assay_builder* builder, assay_node in, int32_t channels, int relu);
/* The mean of all pixels. */
assay_node assay_build_mean(assay_builder* builder, assay_node in);
/* The sum of two tensors of one shape, with ReLU. */
assay_node assay_build_add(assay_builder* builder, assay_node a, assay_node b);
/* Of at most 256 logits of scale 3/64. */
assay_node assay_build_softmax(assay_builder* builder, assay_node in);

/* Adds all layers for these parameters, and sets the builder's `result`, the network's output, and
 * `features`, the last activations that a mean or logits hide errors of, which are kept to the end. */
typedef void (*assay_build)(assay_builder* builder, const int32_t* params);

/* What lies at the start of a row's arena: then steps, tensors, constants, and the activations' arena. */
typedef struct assay_seeded_network {
  assay_network network;
  assay_node result, features;
  const void* constants;
  size_t constant_bytes;
  int32_t tensor_count;
  int32_t activation_bytes; /* as planned */
} assay_seeded_network;

/* As the functions of a row. */
size_t assay_seeded_bytes(assay_build build, const char* name, const int32_t* params);
/* Input from stream "<name>.in", weights of step N from "<name>.N.weights". Scales: as assay_calibrate()
 * says, from at most 32 pixels of a layer; of a fully connected layer the least and the largest sum saturate
 * (those of two classes are 20 to 40 steps from 0). An addition's scales are drawn so that a few in a hundred
 * sums saturate. */
void assay_seeded_prepare(assay_build build, const char* name, void* arena, const int32_t* params,
                          uint64_t seed);
void assay_seeded_call(void* arena);
/* 0: the result, 1: the features. */
void assay_seeded_output(const void* arena, int32_t index, assay_kernel_tensor* result);
void assay_seeded_input(const void* arena, assay_kernel_tensor* result);
/* Two operations a multiply-accumulate; the bytes of input, weights, biases, scales and result. */
void assay_seeded_work(assay_build build, const char* name, const int32_t* params, assay_kernel_work* result);

extern const assay_kernel assay_kernel_vww;
extern const assay_kernel assay_kernel_ic01;
extern const assay_kernel assay_kernel_ad;

#ifdef __cplusplus
}
#endif

#endif

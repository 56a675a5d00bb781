/* SPDX-License-Identifier: Apache-2.0 */
#include "workloads/tinyml/model/network.h"

enum { unplaced = -1 };

static int live_together(const assay_network_tensor* a, const assay_network_tensor* b) {
  return a->first <= b->last && b->first <= a->last;
}

/* The lowest offset at which `tensor` meets none that is placed and lives beside it. */
static int32_t lowest_offset(const assay_network_tensor* tensors, int32_t count,
                             const assay_network_tensor* tensor) {
  int32_t offset = 0;
  for (int32_t i = 1; i < count; ++i) {
    const assay_network_tensor* other = &tensors[i];
    if (other->offset == unplaced || !live_together(tensor, other)) continue;
    if (offset >= other->offset + other->bytes || other->offset >= offset + tensor->bytes) continue;
    offset = (other->offset + other->bytes + 15) / 16 * 16;
    i = 0; /* those before may be met here */
  }
  return offset;
}

int32_t assay_plan(assay_network_tensor* tensors, int32_t count) {
  int32_t total = 0;
  for (int32_t i = 1; i < count; ++i) tensors[i].offset = unplaced;
  for (;;) {
    assay_network_tensor* next = NULL;
    for (int32_t i = 1; i < count; ++i) {
      if (tensors[i].offset == unplaced && (next == NULL || tensors[i].bytes > next->bytes))
        next = &tensors[i];
    }
    if (next == NULL) return total;
    next->offset = lowest_offset(tensors, count, next);
    const int32_t end = (next->offset + next->bytes + 15) / 16 * 16;
    if (end > total) total = end;
  }
}

const int8_t* assay_network_data(const assay_network* network, int32_t tensor) {
  return tensor == 0 ? network->input : network->arena + network->tensors[tensor].offset;
}

void assay_network_step_run(const assay_network* network, int32_t step) {
  const assay_network_step* s = &network->steps[step];
  const int8_t* in = assay_network_data(network, s->in);
  int8_t* out = network->arena + network->tensors[s->out].offset;
  switch ((assay_step_kind)s->kind) {
    case assay_step_conv:
      assay_conv2d_int8(&s->as.layer, in, out);
      break;
    case assay_step_depthwise:
      assay_depthwise_int8(&s->as.layer, in, out);
      break;
    case assay_step_fully_connected:
      assay_fully_connected_int8(&s->as.layer, in, out);
      break;
    case assay_step_avgpool:
      assay_avgpool_int8(in, s->as.pool.in_width, s->as.pool.channels, s->as.pool.height, s->as.pool.width,
                         out);
      break;
    case assay_step_add:
      assay_add_int8(&s->as.add.scales, in, assay_network_data(network, s->in2), s->as.add.count, out);
      break;
    case assay_step_softmax:
      assay_softmax_int8(in, s->as.softmax.count, s->as.softmax.multiplier, s->as.softmax.shift,
                         s->as.softmax.least, out);
      break;
  }
}

void assay_network_run(const assay_network* network) {
  for (int32_t i = 0; i < network->step_count; ++i) assay_network_step_run(network, i);
}

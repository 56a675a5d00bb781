// SPDX-License-Identifier: Apache-2.0
#include <bit>

#include "workloads/roof/mem/mem.h"

namespace assay::roof_mem {

namespace {

std::uint32_t load(const float* from, std::size_t count) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += std::bit_cast<std::uint32_t>(from[i]);
  return sum;
}

void copy(float* to, const float* from, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] = from[i];
}

void triad(float* to, const float* b, const float* c, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] = b[i] + scale * c[i];
}

void fill(float* to, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] = scale;
}

}  // namespace

Implementation reference() {
  Implementation row;
  row.name = "reference";
  row.doc = "plain loops, as the compiler makes them; triad_nt has ordinary stores here";
  row.make = [](const Preparation& preparation) {
    return make_instance(preparation, Kernels{load, copy, triad, triad, fill}, "scalar");
  };
  return row;
}

}  // namespace assay::roof_mem

// SPDX-License-Identifier: Apache-2.0
#include "workloads/roof/fma/fma.h"

namespace assay::roof_fma {

namespace {

template <typename T>
void block(T* x, T a, T b, std::int64_t rounds) {
  for (std::int64_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < chains; ++i) x[i] = a * x[i] + b;
  }
}

}  // namespace

Implementation reference() {
  Implementation row;
  row.name = "reference";
  row.accuracy = "float";
  row.doc = "plain loops, as the compiler makes them: not a measure of the peak";
  row.make = [](const Preparation& preparation) {
    return make_instance(preparation, Kernels{block<float>, block<double>}, "scalar");
  };
  return row;
}

}  // namespace assay::roof_fma

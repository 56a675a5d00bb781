// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/backends/cuda/cuda.h"
#include "workloads/dataframe/filter_sum/problem.h"

namespace assay::filter_sum {

/// The columns of the query on a CUDA device; empty where it has no rows.
struct DeviceColumns {
  cuda::Buffer<int> v1;
  cuda::Buffer<int> v2;
  cuda::Buffer<long long> v3;

  DeviceColumns() = default;
  explicit DeviceColumns(const FilterProblem& problem) {
    if (problem.rows == 0) return;
    v1 = cuda::Buffer<int>(problem.v1.values.data(), problem.rows);
    v2 = cuda::Buffer<int>(problem.v2.values.data(), problem.rows);
    v3 = cuda::Buffer<long long>(reinterpret_cast<const long long*>(problem.v3.values.data()), problem.rows);
  }
  std::size_t bytes() const { return v1.bytes() + v2.bytes() + v3.bytes(); }
};

}  // namespace assay::filter_sum

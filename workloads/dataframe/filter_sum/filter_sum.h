// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "harness/core/workload.h"

namespace assay::filter_sum {

/// Sum of v3[i] over the i in [0, rows) with v1[i] < v1_below and v2[i] < v2_below. Columns are 64-byte
/// aligned.
using Kernel = std::int64_t (*)(const std::int32_t* v1, const std::int32_t* v2, const std::int64_t* v3,
                                std::size_t rows, std::int32_t v1_below, std::int32_t v2_below);

std::unique_ptr<Instance> make_instance(const Preparation& preparation, Kernel kernel, std::string isa);

Implementation reference();
Implementation simd();  ///< simd.cpp or simd_absent.cpp, as CMake selects

}  // namespace assay::filter_sum

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "harness/core/workload.h"
#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"

namespace assay::roof_mem {

/// The scalar of triad, and the value that fill writes.
inline constexpr float scale = 3.0f;

enum class Kind { load, copy, triad, triad_nt, fill };

std::size_t arrays_of(Kind kind);  ///< read and written

/// The seeded arrays of roof.mem: whole numbers below 4096, so that triad is exact with and without a fused
/// multiply-add.
struct MemProblem {
  Kind kind;
  std::size_t count = 0;                 ///< elements of each array
  std::array<Aligned<float>, 2> inputs;  ///< b and c, as far as the kind reads them
  InputDigest digest;

  /// \throws Error{usage} when `bytes` holds no element.
  explicit MemProblem(const Preparation& preparation);
  std::size_t input_count() const;
  Work work() const;
};

/// The result: the sum of bit patterns (load), or the CRC-32 of the array written.
std::vector<Tensor> output_of(Kind kind, std::uint32_t value);

}  // namespace assay::roof_mem

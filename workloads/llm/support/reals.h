// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "harness/core/workload.h"
#include "workloads/support/aligned.h"
#include "workloads/support/f16.h"
#include "workloads/support/seeded.h"

/// Seeded reals as a kernel stores them, f32 or binary16: kept as floats that binary16 holds exactly where it
/// says so.
namespace assay::llm {

/// scale * normal(stream `name`, i), rounded to binary16 where `half` says so.
inline Aligned<float> seeded_reals(std::size_t count, float scale, bool half, const Preparation& preparation,
                                   const std::string& name) {
  Aligned<float> values(count, preparation.pool);
  const Stream stream(preparation.seed, name);
  fill(values.data(), count, preparation.pool, [&](std::size_t i) {
    const float value = scale * stream.normal(i);
    return half ? f16_to_f32(f32_to_f16(value)) : value;
  });
  return values;
}

/// A parameter that counts something. \throws Error{usage} outside of [least, most].
std::size_t counted(const Params& params, const std::string& key, std::int64_t least, std::int64_t most);

}  // namespace assay::llm

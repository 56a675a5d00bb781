// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/core/workload.h"
#include "workloads/llm/support/f16.h"
#include "workloads/support/aligned.h"
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

/// The values as binary16.
inline std::vector<std::uint16_t> as_halves(std::span<const float> values) {
  std::vector<std::uint16_t> halves(values.size());
  for (std::size_t i = 0; i < halves.size(); ++i) halves[i] = f32_to_f16(values[i]);
  return halves;
}

/// A parameter that counts something. \throws Error{usage} outside of [least, most].
std::size_t counted(const Params& params, const std::string& key, std::int64_t least, std::int64_t most);

}  // namespace assay::llm

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "harness/core/error.h"
#include "harness/core/workload.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay::roof_launch {

/// The pieces of work of one call: piece i stores value(i) to a word, and the last one stays.
struct LaunchProblem {
  std::int64_t launches;
  Stream stream;

  explicit LaunchProblem(const Preparation& preparation)
      : launches(get_integer(preparation.params, "launches")), stream(preparation.seed, "token") {
    if (launches >= 1 && launches <= 1000) return;
    throw Error(ErrorCode::usage, "roof.launch: launches=" + std::to_string(launches), "from 1 to 1000");
  }

  std::uint32_t value(std::int64_t i) const { return stream.u32(static_cast<std::uint64_t>(i)); }

  Work work() const {
    const auto n = static_cast<double>(launches);
    return {.operations = 0, .minimum_bytes = 4 * n, .units = n};
  }
  std::string digest() const {
    const std::uint32_t last = value(launches - 1);
    return InputDigest().add<std::uint32_t>("token", std::span(&last, 1)).text();
  }
  static std::vector<Tensor> output(std::uint32_t word) {
    return {Tensor::from<std::uint32_t>("token", {1}, std::span<const std::uint32_t>(&word, 1))};
  }
};

}  // namespace assay::roof_launch

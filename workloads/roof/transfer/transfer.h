// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "harness/core/crc32.h"
#include "harness/core/error.h"
#include "harness/core/workload.h"
#include "workloads/support/aligned.h"
#include "workloads/support/inputs.h"
#include "workloads/support/seeded.h"

namespace assay::roof_transfer {

/// The seeded bytes of roof.transfer, as u32.
struct TransferProblem {
  Aligned<std::uint32_t> data;

  /// \throws Error{usage} when `bytes` holds no element.
  explicit TransferProblem(const Preparation& preparation)
      : data(count_of(get_integer(preparation.params, "bytes")), preparation.pool) {
    const Stream stream(preparation.seed, "data");
    fill(data.data(), data.size(), preparation.pool, [&](std::size_t i) { return stream.u32(i); });
  }

  std::size_t bytes() const { return data.size() * sizeof(std::uint32_t); }
  Work work() const {
    const auto n = static_cast<double>(bytes());
    return {.operations = 0, .minimum_bytes = n, .units = n};
  }
  std::string digest() const { return InputDigest().add<std::uint32_t>("data", data.view()).text(); }

  /// `arrived`: what came out at the other end.
  static std::vector<Tensor> output(std::span<const std::uint32_t> arrived) {
    const std::uint32_t crc = crc32(0, arrived.data(), arrived.size_bytes());
    return {Tensor::from<std::uint32_t>("crc32", {1}, std::span(&crc, 1))};
  }

 private:
  static std::size_t count_of(std::int64_t bytes) {
    if (bytes >= 4) return static_cast<std::size_t>(bytes) / sizeof(std::uint32_t);
    throw Error(ErrorCode::usage, "roof.transfer: bytes=" + std::to_string(bytes) + " holds no element",
                "at least 4");
  }
};

}  // namespace assay::roof_transfer

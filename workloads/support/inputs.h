// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/core/tensor.h"
#include "harness/core/workload.h"

namespace assay {

/// The real input given for a role, or nothing: then the workload makes its seeded one.
/// \throws Error{bad_input} naming the file when it is no usable .npy.
std::optional<Tensor> given_input(const Preparation& preparation, const std::string& role);

/// Digest over all inputs of an instance, in the order in which they are added: CRC-32 of each array's name,
/// element type, length and bytes. Two implementations that print the same text have seen the same data.
class InputDigest {
 public:
  template <typename T>
  InputDigest& add(std::string_view name, std::span<const T> values) {
    return add_bytes(name, to_string(dtype_of<T>()), values.data(), values.size(), values.size_bytes());
  }
  /// For element types without a DType (blocks of a quantised format): `type` names the format.
  InputDigest& add_bytes(std::string_view name, std::string_view type, const void* data, std::size_t count,
                         std::size_t bytes);
  /// "crc32:xxxxxxxx"
  std::string text() const;

 private:
  std::uint32_t crc_ = 0;
};

}  // namespace assay

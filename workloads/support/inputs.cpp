// SPDX-License-Identifier: Apache-2.0
#include "workloads/support/inputs.h"

#include <array>
#include <cstdio>

#include "harness/core/crc32.h"

namespace assay {

std::optional<Tensor> given_input(const Preparation& preparation, const std::string& role) {
  const auto found = preparation.inputs.find(role);
  if (found == preparation.inputs.end()) return std::nullopt;
  Tensor tensor = read_npy(found->second);
  tensor.name = role;
  return tensor;
}

InputDigest& InputDigest::add_bytes(std::string_view name, std::string_view type, const void* data,
                                    std::size_t count, std::size_t bytes) {
  const std::string head = std::string(name) + ":" + std::string(type) + "[" + std::to_string(count) + "]";
  crc_ = crc32(crc_, head.data(), head.size());
  crc_ = crc32(crc_, data, bytes);
  return *this;
}

std::string InputDigest::text() const {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "crc32:%08x", crc_);
  return text.data();
}

}  // namespace assay

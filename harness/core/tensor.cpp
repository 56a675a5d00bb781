// SPDX-License-Identifier: Apache-2.0
#include "harness/core/tensor.h"

#include <array>
#include <cstdio>

#include "harness/core/crc32.h"

namespace assay {

namespace {

struct TypeName {
  DType dtype;
  const char* name;
  std::size_t size;
};

constexpr std::array<TypeName, 9> type_names{{{DType::u8, "u8", 1},
                                              {DType::i8, "i8", 1},
                                              {DType::i16, "i16", 2},
                                              {DType::i32, "i32", 4},
                                              {DType::i64, "i64", 8},
                                              {DType::u32, "u32", 4},
                                              {DType::u64, "u64", 8},
                                              {DType::f32, "f32", 4},
                                              {DType::f64, "f64", 8}}};

const TypeName& row(DType dtype) { return type_names.at(static_cast<std::size_t>(dtype)); }

}  // namespace

std::size_t size_of(DType dtype) { return row(dtype).size; }
std::string to_string(DType dtype) { return row(dtype).name; }

DType parse_dtype(const std::string& text) {
  for (const auto& entry : type_names) {
    if (text == entry.name) return entry.dtype;
  }
  throw Error(ErrorCode::bad_input, "'" + text + "' is not an element type",
              "one of u8, i8, i16, i32, i64, u32, u64, f32, f64");
}

std::int64_t Tensor::elements() const {
  std::int64_t count = 1;
  for (const auto extent : shape) count *= extent;
  return count;
}

std::string digest(const Tensor& tensor) {
  std::string head = to_string(tensor.dtype) + "[";
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    head += (i ? "," : "") + std::to_string(tensor.shape[i]);
  }
  head += "]";
  std::uint32_t crc = crc32(0, head.data(), head.size());
  crc = crc32(crc, tensor.bytes.data(), tensor.bytes.size());
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "crc32:%08x", crc);
  return text.data();
}

}  // namespace assay

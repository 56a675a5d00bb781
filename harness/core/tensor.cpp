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

std::string type_text(DType dtype, const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : ",") + std::to_string(extent);
  return to_string(dtype) + "[" + text + "]";
}

void check_size(const Tensor& tensor) {
  std::size_t wanted = size_of(tensor.dtype);
  for (const auto extent : tensor.shape) {
    if (extent >= 0 && !__builtin_mul_overflow(wanted, static_cast<std::size_t>(extent), &wanted)) continue;
    wanted = SIZE_MAX;
    break;
  }
  if (tensor.bytes.size() == wanted) return;
  throw Error(ErrorCode::bad_input,
              "tensor '" + tensor.name + "' is " + type_text(tensor.dtype, tensor.shape) + " and holds " +
                  std::to_string(tensor.bytes.size() / size_of(tensor.dtype)) + " elements",
              "give it the shape of all its elements, and all elements of its shape");
}

std::string digest(const Tensor& tensor) {
  const std::string head = type_text(tensor.dtype, tensor.shape);
  std::uint32_t crc = crc32(0, head.data(), head.size());
  crc = crc32(crc, tensor.bytes.data(), tensor.bytes.size());
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "crc32:%08x", crc);
  return text.data();
}

}  // namespace assay

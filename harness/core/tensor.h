// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "harness/core/error.h"

namespace assay {

enum class DType { u8, i8, i16, i32, i64, u32, u64, f32, f64 };

std::size_t size_of(DType dtype);
std::string to_string(DType dtype);          ///< "f32"
DType parse_dtype(const std::string& text);  ///< \throws Error{bad_input}
inline bool is_integer(DType d) { return d != DType::f32 && d != DType::f64; }

template <typename T>
constexpr DType dtype_of();
template <>
constexpr DType dtype_of<std::uint8_t>() {
  return DType::u8;
}
template <>
constexpr DType dtype_of<std::int8_t>() {
  return DType::i8;
}
template <>
constexpr DType dtype_of<std::int16_t>() {
  return DType::i16;
}
template <>
constexpr DType dtype_of<std::int32_t>() {
  return DType::i32;
}
template <>
constexpr DType dtype_of<std::int64_t>() {
  return DType::i64;
}
template <>
constexpr DType dtype_of<std::uint32_t>() {
  return DType::u32;
}
template <>
constexpr DType dtype_of<std::uint64_t>() {
  return DType::u64;
}
template <>
constexpr DType dtype_of<float>() {
  return DType::f32;
}
template <>
constexpr DType dtype_of<double>() {
  return DType::f64;
}

/// A dense row-major array that owns its bytes (little-endian). What travels between the parts: decoded
/// inputs, results to verify. Kernels keep their own aligned storage (workloads/support).
struct Tensor {
  std::string name;
  DType dtype = DType::u8;
  std::vector<std::int64_t> shape;
  std::vector<std::byte> bytes;  ///< product(shape) * size_of(dtype)

  std::int64_t elements() const;

  /// \throws Error{bad_input} when T is not the tensor's type.
  template <typename T>
  std::span<const T> view() const {
    if (dtype_of<T>() != dtype) {
      throw Error(ErrorCode::bad_input,
                  "tensor '" + name + "' holds " + to_string(dtype) + ", not " + to_string(dtype_of<T>()));
    }
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }

  /// \throws as check_size().
  template <typename T>
  static Tensor from(std::string name, std::vector<std::int64_t> shape, std::span<const T> values);
};

/// \throws Error{bad_input} when the tensor has more or fewer bytes than its shape has: only what the shape
/// covers is compared, so the rest would pass unseen.
void check_size(const Tensor& tensor);

template <typename T>
Tensor Tensor::from(std::string name, std::vector<std::int64_t> shape, std::span<const T> values) {
  Tensor tensor{std::move(name), dtype_of<T>(), std::move(shape), {}};
  tensor.bytes.resize(values.size_bytes());
  if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), values.size_bytes());
  check_size(tensor);
  return tensor;
}

/// "f32[2,3]".
std::string type_text(DType dtype, const std::vector<std::int64_t>& shape);

/// CRC-32 (IEEE 802.3, zlib's crc32) of dtype, shape and little-endian elements, as "crc32:xxxxxxxx". The
/// digested bytes are the text "<dtype>[<d0>,<d1>,...]" followed by the elements, so a result of another
/// shape differs.
std::string digest(const Tensor& tensor);

/// NumPy .npy, version 1.0, little-endian, C order: the one file format in which inputs and results travel.
/// \throws Error{bad_input} naming the file on anything else; Error{io} when it cannot be read or written.
/// `max_bytes` bounds what a header may make us allocate.
Tensor read_npy(const std::string& path, std::size_t max_bytes = std::size_t{1} << 34);
void write_npy(const std::string& path, const Tensor& tensor);

}  // namespace assay

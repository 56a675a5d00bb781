// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <memory>

#include "harness/core/tensor.h"

namespace assay {

namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File open(const std::string& path, const char* mode) {
  File file(std::fopen(path.c_str(), mode), &std::fclose);
  if (!file) throw Error(ErrorCode::io, path + ": " + std::strerror(errno));
  return file;
}

Error malformed(const std::string& path, const std::string& what) {
  return {ErrorCode::bad_input, path + ": not a usable .npy file: " + what,
          "expected NumPy format 1.0, little-endian, C order, of u8 i8 i16 i32 i64 u32 u64 f32 or f64"};
}

struct Descriptor {
  const char* text;
  DType dtype;
};
constexpr std::array<Descriptor, 9> descriptors{{{"|u1", DType::u8},
                                                 {"|i1", DType::i8},
                                                 {"<i2", DType::i16},
                                                 {"<i4", DType::i32},
                                                 {"<i8", DType::i64},
                                                 {"<u4", DType::u32},
                                                 {"<u8", DType::u64},
                                                 {"<f4", DType::f32},
                                                 {"<f8", DType::f64}}};

/// The text between `open` and `close` after `key` in the header dictionary.
std::string between(const std::string& header, const std::string& key, char open, char close,
                    const std::string& path) {
  const auto at = header.find("'" + key + "'");
  if (at == std::string::npos) throw malformed(path, "its header has no '" + key + "'");
  const auto colon = header.find(':', at);
  const auto begin = colon == std::string::npos ? colon : header.find(open, colon);
  const auto end = begin == std::string::npos ? begin : header.find(close, begin + 1);
  if (end == std::string::npos) throw malformed(path, "its header's '" + key + "' is cut off");
  return header.substr(begin + 1, end - begin - 1);
}

std::vector<std::int64_t> parse_shape(const std::string& text, const std::string& path) {
  std::vector<std::int64_t> shape;
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
    if (*at == ' ' || *at == ',') {
      ++at;
      continue;
    }
    std::int64_t extent = 0;
    const auto [stop, error] = std::from_chars(at, end, extent);
    if (error != std::errc{} || extent < 0) throw malformed(path, "its shape is (" + text + ")");
    shape.push_back(extent);
    at = stop;
  }
  return shape;
}

}  // namespace

Tensor read_npy(const std::string& path, std::size_t max_bytes) {
  const File file = open(path, "rb");
  std::array<unsigned char, 10> prefix{};
  if (std::fread(prefix.data(), 1, prefix.size(), file.get()) != prefix.size() ||
      std::memcmp(prefix.data(), "\x93NUMPY\x01\x00", 8) != 0) {
    throw malformed(path, "it does not begin with the signature of format 1.0");
  }
  std::string header(static_cast<std::size_t>(prefix[8] | prefix[9] << 8), '\0');
  if (std::fread(header.data(), 1, header.size(), file.get()) != header.size()) {
    throw malformed(path, "its header is cut off");
  }
  if (header.find("'fortran_order': False") == std::string::npos)
    throw malformed(path, "it is not in C order");

  Tensor tensor;
  const std::string descr = between(header, "descr", '\'', '\'', path);
  bool known = false;
  for (const auto& entry : descriptors) {
    if (descr != entry.text) continue;
    tensor.dtype = entry.dtype;
    known = true;
  }
  if (!known) throw malformed(path, "its elements are '" + descr + "'");
  tensor.shape = parse_shape(between(header, "shape", '(', ')', path), path);

  std::size_t bytes = size_of(tensor.dtype);
  for (const auto extent : tensor.shape) {
    if (__builtin_mul_overflow(bytes, static_cast<std::size_t>(extent), &bytes) || bytes > max_bytes) {
      throw malformed(path, "it claims more than " + std::to_string(max_bytes) + " bytes");
    }
  }
  tensor.bytes.resize(bytes);
  if (bytes != 0 && std::fread(tensor.bytes.data(), 1, bytes, file.get()) != bytes) {
    throw malformed(path, "it ends before its " + std::to_string(bytes) + " bytes of elements");
  }
  if (std::fgetc(file.get()) != EOF) {
    throw malformed(path, "it goes on after the " + std::to_string(bytes) + " bytes of its shape");
  }
  return tensor;
}

void write_npy(const std::string& path, const Tensor& tensor) {
  std::string header;
  for (const auto& entry : descriptors) {
    if (entry.dtype == tensor.dtype) header = std::string("{'descr': '") + entry.text + "'";
  }
  header += ", 'fortran_order': False, 'shape': (";
  for (const auto extent : tensor.shape) header += std::to_string(extent) + ",";
  header += "), }";
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  const auto length = static_cast<unsigned>(header.size());
  const std::array<unsigned char, 10> prefix{0x93,
                                             'N',
                                             'U',
                                             'M',
                                             'P',
                                             'Y',
                                             1,
                                             0,
                                             static_cast<unsigned char>(length & 255u),
                                             static_cast<unsigned char>(length >> 8)};
  File file = open(path, "wb");
  const bool written = std::fwrite(prefix.data(), 1, prefix.size(), file.get()) == prefix.size() &&
                       std::fwrite(header.data(), 1, header.size(), file.get()) == header.size() &&
                       (tensor.bytes.empty() || std::fwrite(tensor.bytes.data(), 1, tensor.bytes.size(),
                                                            file.get()) == tensor.bytes.size());
  if (!written || std::fclose(file.release()) != 0) {
    throw Error(ErrorCode::io, path + ": " + std::strerror(errno), "free some space and try again");
  }
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "harness/inputs/sha256.h"

#include <nettle/sha2.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "harness/core/error.h"

namespace assay::inputs {

namespace {

class Hash {
 public:
  Hash() { nettle_sha256_init(&context_); }
  void add(const void* data, std::size_t bytes) {
    nettle_sha256_update(&context_, bytes, static_cast<const std::uint8_t*>(data));
  }
  std::string hex() {
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> raw{};
    nettle_sha256_digest(&context_, raw.size(), raw.data());
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const auto byte : raw) text += {digits[byte >> 4], digits[byte & 15]};
    return text;
  }

 private:
  sha256_ctx context_{};
};

}  // namespace

std::string sha256(std::string_view bytes) {
  Hash hash;
  hash.add(bytes.data(), bytes.size());
  return hash.hex();
}

std::string sha256_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) throw Error(ErrorCode::bad_input, path + ": " + std::strerror(errno));
  Hash hash;
  std::vector<char> buffer(std::size_t{1} << 20);
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get()))
    hash.add(buffer.data(), got);
  if (std::ferror(file.get()) != 0) throw Error(ErrorCode::bad_input, path + ": " + std::strerror(errno));
  return hash.hex();
}

}  // namespace assay::inputs

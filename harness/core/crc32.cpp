// SPDX-License-Identifier: Apache-2.0
#include "harness/core/crc32.h"

#include <array>
#include <cstring>

namespace assay {

namespace {

/// tables[k][b]: the checksum's change when byte b is followed by k zero bytes.
constexpr auto tables = [] {
  std::array<std::array<std::uint32_t, 256>, 8> t{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t c = b;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1u) != 0 ? (c >> 1) ^ 0xEDB88320u : c >> 1;
    t[0][b] = c;
  }
  for (std::uint32_t b = 0; b < 256; ++b) {
    for (std::size_t k = 1; k < 8; ++k) t[k][b] = (t[k - 1][b] >> 8) ^ t[0][t[k - 1][b] & 255u];
  }
  return t;
}();

}  // namespace

std::uint32_t crc32(std::uint32_t crc, const void* data, std::size_t bytes) {
  const auto* at = static_cast<const unsigned char*>(data);
  crc = ~crc;
  for (; bytes >= 8; bytes -= 8, at += 8) {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, at, 4);
    std::memcpy(&high, at + 4, 4);
    low ^= crc;
    crc = tables[7][low & 255u] ^ tables[6][low >> 8 & 255u] ^ tables[5][low >> 16 & 255u] ^
          tables[4][low >> 24] ^ tables[3][high & 255u] ^ tables[2][high >> 8 & 255u] ^
          tables[1][high >> 16 & 255u] ^ tables[0][high >> 24];
  }
  for (; bytes > 0; --bytes, ++at) crc = tables[0][(crc ^ *at) & 255u] ^ (crc >> 8);
  return ~crc;
}

}  // namespace assay

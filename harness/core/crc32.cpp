// SPDX-License-Identifier: Apache-2.0
#include "harness/core/crc32.h"

#include <array>
#include <cstring>

namespace assay {

namespace {

constexpr std::uint32_t polynomial = 0xEDB88320u;  // bit 31 is x^0

/// tables[k][b]: the checksum's change when byte b is followed by k zero bytes.
constexpr auto tables = [] {
  std::array<std::array<std::uint32_t, 256>, 8> t{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t c = b;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1u) != 0 ? (c >> 1) ^ polynomial : c >> 1;
    t[0][b] = c;
  }
  for (std::uint32_t b = 0; b < 256; ++b) {
    for (std::size_t k = 1; k < 8; ++k) t[k][b] = (t[k - 1][b] >> 8) ^ t[0][t[k - 1][b] & 255u];
  }
  return t;
}();

/// The register after the eight bytes at `at`.
inline std::uint32_t step(std::uint32_t state, const unsigned char* at) {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  std::memcpy(&low, at, 4);
  std::memcpy(&high, at + 4, 4);
  low ^= state;
  return tables[7][low & 255u] ^ tables[6][low >> 8 & 255u] ^ tables[5][low >> 16 & 255u] ^
         tables[4][low >> 24] ^ tables[3][high & 255u] ^ tables[2][high >> 8 & 255u] ^
         tables[1][high >> 16 & 255u] ^ tables[0][high >> 24];
}

/// a * b modulo the polynomial.
std::uint32_t product(std::uint32_t a, std::uint32_t b) {
  std::uint32_t sum = 0;
  for (std::uint32_t power = 1u << 31; power != 0; power >>= 1) {
    if ((a & power) != 0) sum ^= b;
    b = (b & 1u) != 0 ? (b >> 1) ^ polynomial : b >> 1;  // times x
  }
  return sum;
}

/// x^(8 bytes): what a register is multiplied by when so many zero bytes follow.
std::uint32_t shift_by(std::size_t bytes) {
  std::uint32_t result = 1u << 31;
  for (std::uint32_t square = 1u << 23; bytes > 0; bytes >>= 1, square = product(square, square)) {
    if ((bytes & 1u) != 0) result = product(result, square);
  }
  return result;
}

/// A step waits for the one before it: four quarters at once, joined at the end, take a third of the time.
constexpr std::size_t worth_joining = std::size_t{64} << 10;

}  // namespace

std::uint32_t crc32(std::uint32_t crc, const void* data, std::size_t bytes) {
  const auto* at = static_cast<const unsigned char*>(data);
  crc = ~crc;
  if (bytes >= worth_joining) {
    const std::size_t quarter = bytes / 32 * 8;
    std::array<std::uint32_t, 4> states{crc, 0, 0, 0};
    for (std::size_t i = 0; i < quarter; i += 8) {
      for (std::size_t k = 0; k < 4; ++k) states[k] = step(states[k], at + k * quarter + i);
    }
    const std::uint32_t shift = shift_by(quarter);
    crc = states[0];
    for (std::size_t k = 1; k < 4; ++k) crc = product(crc, shift) ^ states[k];
    at += 4 * quarter;
    bytes -= 4 * quarter;
  }
  for (; bytes >= 8; bytes -= 8, at += 8) crc = step(crc, at);
  for (; bytes > 0; --bytes, ++at) crc = tables[0][(crc ^ *at) & 255u] ^ (crc >> 8);
  return ~crc;
}

}  // namespace assay

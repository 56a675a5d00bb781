/* SPDX-License-Identifier: Apache-2.0 */
/* Digest of results: CRC-32 (IEEE 802.3, reflected polynomial 0xEDB88320), the same on every target.
 * Freestanding C11. assay_crc32(0, data, n) starts; feeding the returned value back continues, as in zlib. */
#ifndef ASSAY_AGENT_DIGEST_H
#define ASSAY_AGENT_DIGEST_H

#include <stddef.h>
#include <stdint.h>

static inline uint32_t assay_crc32(uint32_t crc, const void* data, size_t bytes) {
  /* One nibble at a time: 64 bytes of table, which the smallest board can afford. */
  static const uint32_t table[16] = {
      0x00000000u, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu, 0x76dc4190u, 0x6b6b51f4u, 0x4db26158u, 0x5005713cu,
      0xedb88320u, 0xf00f9344u, 0xd6d6a3e8u, 0xcb61b38cu, 0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u, 0xbdbdf21cu};
  const unsigned char* at = (const unsigned char*)data;
  crc = ~crc;
  for (size_t i = 0; i < bytes; ++i) {
    crc ^= at[i];
    crc = table[crc & 15u] ^ (crc >> 4);
    crc = table[crc & 15u] ^ (crc >> 4);
  }
  return ~crc;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Seeded inputs, bit-exact on every target and in every language. Freestanding C11.
 *
 * A stream is a name ("weights", "v1"); its element i depends on (seed, name, i) alone, so any thread or lane
 * can make any part:  x(i) = mix64(seed ^ fnv1a64(name) + (i + 1) * 0x9E3779B97F4A7C15),  mix64 =
 * SplitMix64's finaliser. */
#ifndef ASSAY_AGENT_SEED_H
#define ASSAY_AGENT_SEED_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t assay_mix64(uint64_t x) {
  x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
  return x ^ (x >> 31);
}

static inline uint64_t assay_fnv1a64(const char* text, size_t length) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (size_t i = 0; i < length; ++i) hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001B3);
  return hash;
}

/* `key` = seed ^ assay_fnv1a64(name). */
static inline uint64_t assay_seed_u64(uint64_t key, uint64_t i) {
  return assay_mix64(key + (i + 1) * UINT64_C(0x9E3779B97F4A7C15));
}
static inline uint32_t assay_seed_u32(uint64_t key, uint64_t i) {
  return (uint32_t)(assay_seed_u64(key, i) >> 32);
}

/* Uniform in [0, n). */
static inline uint32_t assay_seed_below(uint64_t key, uint64_t i, uint32_t n) {
  return (uint32_t)(((uint64_t)assay_seed_u32(key, i) * n) >> 32);
}

/* Uniform in [0, 1), a multiple of 2^-24. */
static inline float assay_seed_unit(uint64_t key, uint64_t i) {
  return (float)(assay_seed_u64(key, i) >> 40) * (1.0f / 16777216.0f);
}

/* Close to normal with mean 0 and variance 1: four u16 summed, centred and scaled; exact in every language.
 * sd of a sum of four uniform u16 is 65536 * sqrt(4 / 12) = 37837.23. */
static inline float assay_seed_normal(uint64_t key, uint64_t i) {
  const uint64_t x = assay_seed_u64(key, i);
  const int32_t sum = (int32_t)(x & 0xFFFFu) + (int32_t)((x >> 16) & 0xFFFFu) +
                      (int32_t)((x >> 32) & 0xFFFFu) + (int32_t)(x >> 48);
  return (float)(sum - 131070) * (1.0f / 37837.0f);
}

#endif

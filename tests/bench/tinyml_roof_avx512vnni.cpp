// SPDX-License-Identifier: Apache-2.0
// Compiled with -mavx512vnni: what the int8 dot product can reach at most, on registers alone.
#include "tests/bench/tinyml_roof.h"

#include <immintrin.h>

namespace assay {

bool has_int8_roof() { return __builtin_cpu_supports("avx512vnni"); }

double int8_roof_call(int rounds) {
  constexpr int chains = 16;  // more than latency times pipes of any CPU known to us
  __m512i sum[chains];
  for (int i = 0; i < chains; ++i) sum[i] = _mm512_set1_epi32(i);
  __m512i x = _mm512_set1_epi8(3);
  __m512i w = _mm512_set1_epi8(-1);
  for (int r = 0; r < rounds; ++r) {
    asm volatile("" : "+v"(x), "+v"(w));
    for (int i = 0; i < chains; ++i) sum[i] = _mm512_dpbusd_epi32(sum[i], x, w);
  }
  for (int i = 0; i < chains; ++i) asm volatile("" : : "v"(sum[i]));
  return 2.0 * 64 * chains * rounds;
}

}  // namespace assay

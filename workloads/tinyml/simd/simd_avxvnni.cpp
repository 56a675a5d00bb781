// SPDX-License-Identifier: Apache-2.0
// Compiled with -mavx2 -mavxvnni where the target is x86; elsewhere it reports itself unsupported: for CPUs
// that have vpdpbusd in 256 bits only. It adds four products u8 * i8 to an i32 without saturation, so every
// sum is exact.
#include "workloads/tinyml/simd/task.h"

#if defined(__AVXVNNI__) && defined(__AVX2__)
#include <cpuid.h>

#include "workloads/tinyml/simd/ymm-inl.h"

namespace assay::tinyml {

namespace {

struct FourBytes {
  static constexpr int taps = 4;
  static void add(const std::uint8_t* at, __m256i w0, __m256i w1, __m256i (&sum)[2]) {
    int four;
    __builtin_memcpy(&four, at, 4);
    const __m256i x = _mm256_set1_epi32(four);
    sum[0] = _mm256_dpbusd_avx_epi32(sum[0], x, w0);
    sum[1] = _mm256_dpbusd_avx_epi32(sum[1], x, w1);
  }
};

}  // namespace

// CPUID leaf 7.1, EAX bit 4 (Intel SDM volume 2A, CPUID): clang 14 does not know the name "avxvnni". That the
// system saves the registers is asked with AVX2.
bool supported_avxvnni() {
  unsigned int a = 0, b = 0, c = 0, d = 0;
  return __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a >> 4 & 1) != 0;
}
void conv_avxvnni(const ConvTask& t) { conv<FourBytes, 6>(t); }

}  // namespace assay::tinyml

#else

namespace assay::tinyml {
bool supported_avxvnni() { return false; }
void conv_avxvnni(const ConvTask&) {}
}  // namespace assay::tinyml

#endif

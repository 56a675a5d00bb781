// SPDX-License-Identifier: Apache-2.0
// Compiled with -mavx2 where the target is x86; elsewhere it reports itself unsupported. vpmaddubsw would
// saturate its 16-bit pair sums, so activations are widened and pairs are multiplied as i16 (vpmaddwd): every
// sum is exact.
#include "workloads/tinyml/simd/task.h"

#if defined(__AVX2__)
#include "workloads/tinyml/simd/ymm-inl.h"

namespace assay::tinyml {

namespace {

struct PairsOfWords {
  static constexpr int taps = 2;
  static void add(const std::uint8_t* at, __m256i w0, __m256i w1, __m256i (&sum)[2]) {
    short two;
    __builtin_memcpy(&two, at, 2);
    const __m256i x = _mm256_cvtepu8_epi16(_mm_set1_epi16(two));
    sum[0] = _mm256_add_epi32(sum[0], _mm256_madd_epi16(x, w0));
    sum[1] = _mm256_add_epi32(sum[1], _mm256_madd_epi16(x, w1));
  }
};

}  // namespace

bool supported_avx2() { return __builtin_cpu_supports("avx2"); }
void conv_avx2(const ConvTask& t) { conv<PairsOfWords, 4>(t); }

}  // namespace assay::tinyml

#else

namespace assay::tinyml {
bool supported_avx2() { return false; }
void conv_avx2(const ConvTask&) {}
}  // namespace assay::tinyml

#endif

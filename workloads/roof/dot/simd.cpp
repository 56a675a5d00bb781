// SPDX-License-Identifier: Apache-2.0
// Highway 1.0.3 has no dot products of small types, so x86 and 64-bit Arm have their own intrinsics here,
// each function compiled for the instructions that it uses.
#include "workloads/roof/dot/dot.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_neon.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace assay::roof_dot {

#if defined(__x86_64__)

namespace {

/// Twelve named accumulators, as in roof.fma: an array would be spilled to the stack.
#define ASSAY_TWELVE(LOAD, STEP, STORE, WIDTH)                                                             \
  for (auto* at = sums; at < sums + chains; at += 12 * (WIDTH)) {                                          \
    auto s0 = LOAD(at), s1 = LOAD(at + (WIDTH)), s2 = LOAD(at + 2 * (WIDTH)), s3 = LOAD(at + 3 * (WIDTH)); \
    auto s4 = LOAD(at + 4 * (WIDTH)), s5 = LOAD(at + 5 * (WIDTH)), s6 = LOAD(at + 6 * (WIDTH));            \
    auto s7 = LOAD(at + 7 * (WIDTH)), s8 = LOAD(at + 8 * (WIDTH)), s9 = LOAD(at + 9 * (WIDTH));            \
    auto s10 = LOAD(at + 10 * (WIDTH)), s11 = LOAD(at + 11 * (WIDTH));                                     \
    for (std::int64_t round = 0; round < rounds; ++round) {                                                \
      s0 = STEP(s0), s1 = STEP(s1), s2 = STEP(s2), s3 = STEP(s3), s4 = STEP(s4), s5 = STEP(s5);            \
      s6 = STEP(s6), s7 = STEP(s7), s8 = STEP(s8), s9 = STEP(s9), s10 = STEP(s10), s11 = STEP(s11);        \
    }                                                                                                      \
    STORE(at, s0), STORE(at + (WIDTH), s1), STORE(at + 2 * (WIDTH), s2), STORE(at + 3 * (WIDTH), s3);      \
    STORE(at + 4 * (WIDTH), s4), STORE(at + 5 * (WIDTH), s5), STORE(at + 6 * (WIDTH), s6);                 \
    STORE(at + 7 * (WIDTH), s7), STORE(at + 8 * (WIDTH), s8), STORE(at + 9 * (WIDTH), s9);                 \
    STORE(at + 10 * (WIDTH), s10), STORE(at + 11 * (WIDTH), s11);                                          \
  }

#define ASSAY_STEP(s) _mm512_dpbusd_epi32(s, a, b)
#define ASSAY_LOAD(p) _mm512_load_si512(p)
#define ASSAY_STORE(p, s) _mm512_store_si512(p, s)
__attribute__((target("avx512f,avx512vnni"))) void i8_avx512vnni(std::int32_t* sums, const Operands& operands,
                                                                 std::int64_t rounds) {
  const __m512i a = _mm512_load_si512(operands.a8);
  const __m512i b = _mm512_load_si512(operands.b8);
  ASSAY_TWELVE(ASSAY_LOAD, ASSAY_STEP, ASSAY_STORE, 16)
}
#undef ASSAY_STEP
#undef ASSAY_LOAD
#undef ASSAY_STORE

#define ASSAY_STEP(s) _mm512_dpbf16_ps(s, a, b)
#define ASSAY_LOAD(p) _mm512_load_ps(p)
#define ASSAY_STORE(p, s) _mm512_store_ps(p, s)
__attribute__((target("avx512f,avx512bf16"))) void bf16_avx512bf16(float* sums, const Operands& operands,
                                                                   std::int64_t rounds) {
  const auto a = (__m512bh)_mm512_load_si512(operands.a16);
  const auto b = (__m512bh)_mm512_load_si512(operands.b16);
  ASSAY_TWELVE(ASSAY_LOAD, ASSAY_STEP, ASSAY_STORE, 16)
}
#undef ASSAY_STEP
#undef ASSAY_LOAD
#undef ASSAY_STORE

// 256 bits: lanes 0 to 7 of the operands serve chains 0 to 7 of every 16, the others the rest; so a vector's
// operands alternate. Two passes over every second vector keep both in registers.
#define ASSAY_LOAD(p) _mm256_load_si256(reinterpret_cast<const __m256i*>(p))
#define ASSAY_STORE(p, s) _mm256_store_si256(reinterpret_cast<__m256i*>(p), s)
#define ASSAY_HALVES(STEP)                                                                                   \
  for (int half = 0; half < 2; ++half) {                                                                     \
    const __m256i a = _mm256_load_si256(reinterpret_cast<const __m256i*>(operands.a8) + half);               \
    const __m256i b = _mm256_load_si256(reinterpret_cast<const __m256i*>(operands.b8) + half);               \
    auto* const at = sums + 8 * half;                                                                        \
    auto s0 = ASSAY_LOAD(at), s1 = ASSAY_LOAD(at + 16), s2 = ASSAY_LOAD(at + 32), s3 = ASSAY_LOAD(at + 48);  \
    auto s4 = ASSAY_LOAD(at + 64), s5 = ASSAY_LOAD(at + 80), s6 = ASSAY_LOAD(at + 96);                       \
    auto s7 = ASSAY_LOAD(at + 112), s8 = ASSAY_LOAD(at + 128), s9 = ASSAY_LOAD(at + 144);                    \
    auto s10 = ASSAY_LOAD(at + 160), s11 = ASSAY_LOAD(at + 176);                                             \
    for (std::int64_t round = 0; round < rounds; ++round) {                                                  \
      s0 = STEP(s0), s1 = STEP(s1), s2 = STEP(s2), s3 = STEP(s3), s4 = STEP(s4), s5 = STEP(s5);              \
      s6 = STEP(s6), s7 = STEP(s7), s8 = STEP(s8), s9 = STEP(s9), s10 = STEP(s10), s11 = STEP(s11);          \
    }                                                                                                        \
    ASSAY_STORE(at, s0), ASSAY_STORE(at + 16, s1), ASSAY_STORE(at + 32, s2), ASSAY_STORE(at + 48, s3);       \
    ASSAY_STORE(at + 64, s4), ASSAY_STORE(at + 80, s5), ASSAY_STORE(at + 96, s6), ASSAY_STORE(at + 112, s7); \
    ASSAY_STORE(at + 128, s8), ASSAY_STORE(at + 144, s9), ASSAY_STORE(at + 160, s10);                        \
    ASSAY_STORE(at + 176, s11);                                                                              \
  }

#define ASSAY_STEP(s) _mm256_dpbusd_avx_epi32(s, a, b)
__attribute__((target("avx2,avxvnni"))) void i8_avxvnni(std::int32_t* sums, const Operands& operands,
                                                        std::int64_t rounds) {
  ASSAY_HALVES(ASSAY_STEP)
}
#undef ASSAY_STEP

// Three instructions where VNNI has one; the pair of products is made anew in every round, as a kernel would.
#define ASSAY_STEP(s) _mm256_add_epi32(s, _mm256_madd_epi16(pair(a, b), ones))
__attribute__((target("avx2"))) inline __m256i pair(__m256i a, __m256i b) {
  asm volatile("" : "+x"(a));  // volatile: else the compiler makes the pair once, and only adds in the loop
  return _mm256_maddubs_epi16(a, b);
}
__attribute__((target("avx2"))) void i8_avx2(std::int32_t* sums, const Operands& operands,
                                             std::int64_t rounds) {
  const __m256i ones = _mm256_set1_epi16(1);
  ASSAY_HALVES(ASSAY_STEP)
}
#undef ASSAY_STEP

bool has_avx512vnni() { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vnni"); }

/// CPUID leaf 7.1, EAX (Intel SDM volume 2A, CPUID): clang 14 does not know these names.
bool has_leaf_7_1(unsigned int bit) {
  unsigned int a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a >> bit & 1) != 0;
}
bool has_avx512bf16() { return __builtin_cpu_supports("avx512f") && has_leaf_7_1(5); }
bool has_avxvnni() { return __builtin_cpu_supports("avx2") && has_leaf_7_1(4); }
bool has_avx2() { return __builtin_cpu_supports("avx2"); }

constexpr Path table[] = {{"avx512bf16", has_avx512bf16, nullptr, bf16_avx512bf16},
                          {"avx512vnni", has_avx512vnni, i8_avx512vnni, nullptr},
                          {"avxvnni", has_avxvnni, i8_avxvnni, nullptr},
                          {"avx2", has_avx2, i8_avx2, nullptr}};

}  // namespace

std::span<const Path> paths() { return table; }

#elif defined(__aarch64__) && defined(__linux__)

namespace {

// 128 bits: lanes 0 to 3 of the operands serve chains 0 to 3 of every 16, and so on. Four passes over every
// fourth vector keep a quarter's operands and twelve accumulators in registers.
#define ASSAY_QUARTERS(OPERAND_A, OPERAND_B, STEP, LOAD, STORE)                                         \
  for (int quarter = 0; quarter < 4; ++quarter) {                                                       \
    const auto a = OPERAND_A;                                                                           \
    const auto b = OPERAND_B;                                                                           \
    auto* const at = sums + 4 * quarter;                                                                \
    auto s0 = LOAD(at), s1 = LOAD(at + 16), s2 = LOAD(at + 32), s3 = LOAD(at + 48), s4 = LOAD(at + 64); \
    auto s5 = LOAD(at + 80), s6 = LOAD(at + 96), s7 = LOAD(at + 112), s8 = LOAD(at + 128);              \
    auto s9 = LOAD(at + 144), s10 = LOAD(at + 160), s11 = LOAD(at + 176);                               \
    for (std::int64_t round = 0; round < rounds; ++round) {                                             \
      s0 = STEP(s0, a, b), s1 = STEP(s1, a, b), s2 = STEP(s2, a, b), s3 = STEP(s3, a, b);               \
      s4 = STEP(s4, a, b), s5 = STEP(s5, a, b), s6 = STEP(s6, a, b), s7 = STEP(s7, a, b);               \
      s8 = STEP(s8, a, b), s9 = STEP(s9, a, b), s10 = STEP(s10, a, b), s11 = STEP(s11, a, b);           \
    }                                                                                                   \
    STORE(at, s0), STORE(at + 16, s1), STORE(at + 32, s2), STORE(at + 48, s3), STORE(at + 64, s4);      \
    STORE(at + 80, s5), STORE(at + 96, s6), STORE(at + 112, s7), STORE(at + 128, s8);                   \
    STORE(at + 144, s9), STORE(at + 160, s10), STORE(at + 176, s11);                                    \
  }

// a8 is at most 127, so that its bytes are the same with and without sign.
__attribute__((target("arch=armv8.2-a+dotprod"))) void i8_dotprod(std::int32_t* sums,
                                                                  const Operands& operands,
                                                                  std::int64_t rounds) {
  ASSAY_QUARTERS(vreinterpretq_s8_u8(vld1q_u8(operands.a8 + 16 * quarter)),
                 vld1q_s8(operands.b8 + 16 * quarter), vdotq_s32, vld1q_s32, vst1q_s32)
}

__attribute__((target("arch=armv8.2-a+i8mm"))) void i8_i8mm(std::int32_t* sums, const Operands& operands,
                                                            std::int64_t rounds) {
  ASSAY_QUARTERS(vld1q_u8(operands.a8 + 16 * quarter), vld1q_s8(operands.b8 + 16 * quarter), vusdotq_s32,
                 vld1q_s32, vst1q_s32)
}

__attribute__((target("arch=armv8.2-a+bf16"))) bfloat16x8_t load_bf16(const std::uint16_t* at) {
  return vreinterpretq_bf16_u16(vld1q_u16(at));
}
__attribute__((target("arch=armv8.2-a+bf16"))) void bf16_bfdot(float* sums, const Operands& operands,
                                                               std::int64_t rounds) {
  ASSAY_QUARTERS(load_bf16(operands.a16 + 8 * quarter), load_bf16(operands.b16 + 8 * quarter), vbfdotq_f32,
                 vld1q_f32, vst1q_f32)
}

// Linux, Documentation/arm64/elf_hwcaps.rst.
bool has_dotprod() { return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0; }
bool has_i8mm() { return (getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0; }
bool has_bf16() { return (getauxval(AT_HWCAP2) & HWCAP2_BF16) != 0; }

constexpr Path table[] = {{"bf16", has_bf16, nullptr, bf16_bfdot},
                          {"i8mm", has_i8mm, i8_i8mm, nullptr},
                          {"dotprod", has_dotprod, i8_dotprod, nullptr}};

}  // namespace

std::span<const Path> paths() { return table; }

#else

std::span<const Path> paths() { return {}; }

#endif

}  // namespace assay::roof_dot

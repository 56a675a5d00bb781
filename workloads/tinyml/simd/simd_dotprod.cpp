// SPDX-License-Identifier: Apache-2.0
// Compiled with -march=armv8.2-a+dotprod where the target is aarch64; elsewhere it reports itself
// unsupported. SDOT adds four products i8 * i8 to an i32: the staged bytes get their sign back
// (Path::signed_taps). Every sum is exact.
#include "workloads/tinyml/simd/task.h"

#if defined(__ARM_FEATURE_DOTPROD) && defined(__linux__)
#include <sys/auxv.h>

#include "workloads/tinyml/simd/neon-inl.h"

namespace assay::tinyml {

namespace {

struct SignedBytes {
  static int32x4_t add(int32x4_t sum, uint32x4_t four, int8x16_t w) {
    return vdotq_s32(sum, vreinterpretq_s8_u32(veorq_u32(four, vdupq_n_u32(0x80808080))), w);
  }
};

}  // namespace

// Linux, Documentation/arm64/elf_hwcaps.rst.
bool supported_dotprod() { return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0; }
void conv_dotprod(const ConvTask& t) { conv<SignedBytes>(t); }

}  // namespace assay::tinyml

#else

namespace assay::tinyml {
bool supported_dotprod() { return false; }
void conv_dotprod(const ConvTask&) {}
}  // namespace assay::tinyml

#endif

// SPDX-License-Identifier: Apache-2.0
// Compiled with -march=armv8.2-a+i8mm where the target is aarch64; elsewhere it reports itself unsupported.
// USDOT adds four products u8 * i8 to an i32 without saturation, so every sum is exact.
#include "workloads/tinyml/simd/task.h"

#if defined(__ARM_FEATURE_MATMUL_INT8) && defined(__linux__)
#include <sys/auxv.h>

#include "workloads/tinyml/simd/neon-inl.h"

namespace assay::tinyml {

namespace {

struct UnsignedBytes {
  static int32x4_t add(int32x4_t sum, uint32x4_t four, int8x16_t w) {
    return vusdotq_s32(sum, vreinterpretq_u8_u32(four), w);
  }
};

}  // namespace

// Linux, Documentation/arm64/elf_hwcaps.rst.
bool supported_i8mm() { return (getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0; }
void conv_i8mm(const ConvTask& t) { conv<UnsignedBytes>(t); }

}  // namespace assay::tinyml

#else

namespace assay::tinyml {
bool supported_i8mm() { return false; }
void conv_i8mm(const ConvTask&) {}
}  // namespace assay::tinyml

#endif

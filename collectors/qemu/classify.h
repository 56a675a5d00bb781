// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace assay::qemu {

/// What the emulated CPU decodes. `thumb` is Thumb-2 with the extensions of M-profile (FP, DSP, MVE).
enum class Guest { other, thumb, aarch64, riscv32, riscv64 };

/// What an instruction does; each has one class, the first that fits in this order:
/// `branch` can continue elsewhere (also a return that pops the program counter, and the end of a
/// low-overhead loop); `memory` loads, stores or prefetches, whatever registers; `simd` works on vector
/// registers, or on lanes of general ones (SADD16, USAD8); `floating` is scalar floating point and its moves;
/// `multiply` multiplies integers in general registers, with or without accumulation (SMLAD too; no
/// division). `other` is the rest, and what is not known.
enum class Class { branch, memory, simd, floating, multiply, other };
constexpr std::size_t class_count = 6;
constexpr std::array<const char*, class_count> class_names{"branch", "memory",   "simd",
                                                           "float",  "multiply", "other"};

/// The class of the instruction of `size` bytes (2 or 4) whose bytes in memory are the low ones of `bytes`,
/// little-endian. We decode it: Debian 12's capstone (4.0) knows neither MVE, SVE nor RISC-V. Sources: Arm
/// DDI 0553 (Armv8-M, C2.3) and DDI 0487 (Armv8-A, C4.1), RISC-V unprivileged ISA 20191213 (ch. 16, 24),
/// V 1.0.
Class classify(Guest guest, std::uint32_t bytes, std::size_t size);

}  // namespace assay::qemu

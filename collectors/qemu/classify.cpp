// SPDX-License-Identifier: Apache-2.0
#include "collectors/qemu/classify.h"

namespace assay::qemu {

namespace {

constexpr bool is(std::uint32_t word, std::uint32_t mask, std::uint32_t value) {
  return (word & mask) == value;
}

Class thumb_16(std::uint32_t word) {
  if (is(word, 0xffc0, 0x4340)) return Class::multiply;  // MULS
  if (is(word, 0xff00, 0x4700)) return Class::branch;    // BX, BLX
  if (is(word, 0xfd87, 0x4487)) return Class::branch;    // ADD, MOV to PC
  if (is(word, 0xf800, 0x4800) || is(word, 0xf000, 0x5000)) return Class::memory;
  if (word >= 0x6000 && word < 0xa000) return Class::memory;  // LDR, STR
  if (is(word, 0xf500, 0xb100)) return Class::branch;         // CBZ, CBNZ
  if (is(word, 0xff00, 0xbd00)) return Class::branch;         // POP with PC
  if (is(word, 0xf600, 0xb400)) return Class::memory;         // PUSH, POP
  if (is(word, 0xf000, 0xc000)) return Class::memory;         // LDM, STM
  if (is(word, 0xf000, 0xd000) && (word & 0x0e00) != 0x0e00) return Class::branch;
  return is(word, 0xf800, 0xe000) ? Class::branch : Class::other;
}

/// FP and MVE: coprocessors 8 to 11, 14 and 15.
Class thumb_coprocessor(std::uint32_t first, std::uint32_t second) {
  if (is(first, 0xef00, 0xef00)) return Class::simd;
  const std::uint32_t coprocessor = second >> 8 & 0xf;
  const bool vector = coprocessor == 8 || coprocessor >= 14;
  if (!vector && (coprocessor < 8 || coprocessor > 11)) return Class::other;
  if (is(first, 0xee00, 0xec00)) {
    if (coprocessor == 8) return Class::simd;                                      // VCADD, VCMLA
    if (is(first, 0xffa0, 0xec00)) return vector ? Class::simd : Class::floating;  // VMOV of two registers
    return Class::memory;
  }
  const bool lane = coprocessor == 11 && (second & 0x10) != 0;  // VMOV of a lane, VDUP
  return vector || lane ? Class::simd : Class::floating;
}

Class thumb_32(std::uint32_t first, std::uint32_t second) {
  if (is(first, 0xec00, 0xec00)) return thumb_coprocessor(first, second);
  if (is(first, 0xfe40, 0xe800)) {  // LDM, STM; CLRM is LDM from PC
    if (is(first, 0xffff, 0xe89f)) return Class::other;
    return (first & 0x10) != 0 && (second & 0x8000) != 0 ? Class::branch : Class::memory;
  }
  if (is(first, 0xfe40, 0xe840)) {
    if (is(first, 0xfff0, 0xe8d0) && is(second, 0xffe0, 0xf000)) return Class::branch;  // TBB, TBH
    const bool secure_gateway = first == 0xe97f && second == 0xe97f;
    const bool test_target = is(first, 0xfff0, 0xe840) && is(second, 0xf03f, 0xf000);
    return secure_gateway || test_target ? Class::other : Class::memory;
  }
  if (is(first, 0xf800, 0xf000)) {
    if (is(second, 0xd000, 0x8000)) return (first & 0x0380) != 0x0380 ? Class::branch : Class::other;
    // B, BL; C: LE, WLS. E is DLS, VCTP and LCTP, which do not jump.
    return is(second, 0x9000, 0x9000) || is(second, 0xf000, 0xc000) ? Class::branch : Class::other;
  }
  if (is(first, 0xfe00, 0xf800))  // LDR to PC is a branch
    return is(first, 0xff70, 0xf850) && second >> 12 == 15 ? Class::branch : Class::memory;
  if (is(first, 0xffe0, 0xfa20) && is(second, 0xf080, 0xf080)) return Class::simd;  // SXTAB16, UXTAB16
  if (is(first, 0xff80, 0xfa80) && is(second, 0xf080, 0xf000)) return Class::simd;  // SADD16 and its like
  if (is(first, 0xfff0, 0xfb70)) return Class::simd;                                // USAD8, USADA8
  if (is(first, 0xffd0, 0xfb90)) return Class::other;                               // SDIV, UDIV
  return is(first, 0xff00, 0xfb00) ? Class::multiply : Class::other;
}

Class aarch64(std::uint32_t word) {
  const std::uint32_t group = word >> 25 & 0xf;
  const std::uint32_t top = word >> 24;
  if (is(group, 0xe, 0xa)) return top == 0xd4 || top == 0xd5 ? Class::other : Class::branch;  // not SVC, MRS
  if (is(group, 0x5, 0x4)) return Class::memory;
  if (is(group, 0x7, 0x5)) return is(word, 0x1f000000, 0x1b000000) ? Class::multiply : Class::other;
  if (is(group, 0x7, 0x7)) return is(word, 0x50000000, 0x10000000) ? Class::floating : Class::simd;
  if (group == 0x2) return (word & 0x80000000) != 0 ? Class::memory : Class::simd;  // SVE
  if (group == 0x0 && (word & 0x80000000) != 0)                                     // SME
    return is(word, 0xe0000000, 0xe0000000) ? Class::memory : Class::simd;
  return Class::other;
}

Class riscv_16(std::uint32_t word, bool wide) {
  const std::uint32_t function = word >> 13 & 7;
  switch (word & 3) {
    case 0:
      return function == 0 ? Class::other : Class::memory;
    case 1:
      if (function == 1) return wide ? Class::other : Class::branch;  // C.ADDIW, C.JAL
      return function >= 5 ? Class::branch : Class::other;
    default:
      if (function == 4) return is(word, 0x7c, 0) && (word & 0xf80) != 0 ? Class::branch : Class::other;
      return function == 0 ? Class::other : Class::memory;
  }
}

Class riscv_32(std::uint32_t word) {
  switch (word >> 2 & 0x1f) {
    case 0x00:  // LOAD, LOAD-FP (and vectors), STORE, STORE-FP, AMO
    case 0x01:
    case 0x08:
    case 0x09:
    case 0x0b:
      return Class::memory;
    case 0x18:  // BRANCH, JALR, JAL
    case 0x19:
    case 0x1b:
      return Class::branch;
    case 0x0c:  // OP, OP-32 of extension M, without division
    case 0x0e:
      return is(word, 0xfe004000, 0x02000000) ? Class::multiply : Class::other;
    case 0x10:  // FMADD, FMSUB, FNMSUB, FNMADD, OP-FP
    case 0x11:
    case 0x12:
    case 0x13:
    case 0x14:
      return Class::floating;
    case 0x15:  // OP-V
      return Class::simd;
    default:
      return Class::other;
  }
}

}  // namespace

Class classify(Guest guest, std::uint32_t bytes, std::size_t size) {
  if (size == 2) bytes &= 0xffff;
  switch (guest) {
    case Guest::thumb:
      return size == 2 ? thumb_16(bytes) : thumb_32(bytes & 0xffff, bytes >> 16);
    case Guest::aarch64:
      return aarch64(bytes);
    case Guest::riscv32:
    case Guest::riscv64:
      return size == 2 ? riscv_16(bytes, guest == Guest::riscv64) : riscv_32(bytes);
    case Guest::other:
      break;
  }
  return Class::other;
}

}  // namespace assay::qemu

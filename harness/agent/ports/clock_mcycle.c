/* SPDX-License-Identifier: Apache-2.0 */
/* mcycle (RISC-V privileged architecture, 3.1.10): cycles of the core since its reset, 64 bits. In QEMU it
 * counts something else. */
#include "harness/agent/ports/parts.h"

void assay_clock_begin(void) {}

uint64_t assay_clock_cycles(void) {
#if __riscv_xlen == 32
  uint32_t high;
  uint32_t low;
  uint32_t again;
  do {
    __asm__ volatile(
        ".option push\n .option arch, +zicsr\n csrr %0, mcycleh\n csrr %1, mcycle\n csrr %2, mcycleh\n "
        ".option pop"
        : "=r"(high), "=r"(low), "=r"(again));
  } while (high != again);
  return (uint64_t)high << 32 | low;
#else
  uint64_t cycles;
  __asm__ volatile(".option push\n .option arch, +zicsr\n csrr %0, mcycle\n .option pop" : "=r"(cycles));
  return cycles;
#endif
}

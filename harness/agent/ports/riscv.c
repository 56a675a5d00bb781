/* SPDX-License-Identifier: Apache-2.0 */
/* Bare-metal RISC-V, 32 and 64 bits, over semihosting or, with a clock, a serial line. */
#include <stdint.h>

extern unsigned char __bss[], __bss_end[], __data_image[], __data[], __data_end[];

void assay_reset(void);
void assay_start(void);
void assay_fault(void);

#ifdef ASSAY_UART_SPEED
#include "harness/agent/ports/serial.h"

static void restart(void) { assay_reset(); }
#else
#include "harness/agent/ports/semihosting.h"

/* The three instructions that mark a call stand in one page, uncompressed, as the specification wants. */
static intptr_t assay_semihost(intptr_t operation, const void* block) {
  register intptr_t a0 __asm__("a0") = operation;
  register const void* a1 __asm__("a1") = block;
  __asm__ volatile(
      ".option push\n .option norvc\n .balign 16\n slli x0, x0, 0x1f\n ebreak\n srai x0, x0, 7\n .option pop"
      : "+r"(a0)
      : "r"(a1)
      : "memory");
  return a0;
}
#endif

__attribute__((naked, section(".start"), used)) void assay_reset(void) {
  __asm__ volatile(
      ".option push\n .option norelax\n la sp, __stack_top\n la t0, assay_fault\n .option arch, +zicsr\n "
      "csrw mtvec, "
      "t0\n .option pop\n tail assay_start");
}

__attribute__((used)) void assay_start(void) {
  for (unsigned char *to = __data, *from = __data_image; to < __data_end;) *to++ = *from++;
  for (unsigned char* to = __bss; to < __bss_end;) *to++ = 0;
  open_console();
  assay_agent_run();
  leave(0);
}

/* The launch is lost, and its exit status says why. */
__attribute__((used)) void assay_give_up(void) { leave(99); }
/* The stack may be what overflowed. */
__attribute__((naked, aligned(4), used)) void assay_fault(void) {
  __asm__ volatile("la sp, __stack_top\n tail assay_give_up");
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Bare-metal Cortex-M (Armv6-M to Armv8.1-M) over semihosting. */
#include "harness/agent/ports/semihosting.h"

extern uint32_t __data_image[], __data[], __data_end[], __bss[], __bss_end[], __stack_top[];

void assay_reset(void);
void assay_start(void);
void assay_fault(void);

static intptr_t assay_semihost(intptr_t operation, const void* block) {
  register intptr_t r0 __asm__("r0") = operation;
  register const void* r1 __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

/* Before any C: the compiler may use FPU or MVE registers to copy data. CPACR: coprocessors 10 and 11. */
__attribute__((naked)) void assay_reset(void) {
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
  __asm__ volatile(
      "ldr r0, =0xE000ED88\n ldr r1, [r0]\n orr r1, r1, #0xF00000\n str r1, [r0]\n dsb\n isb\n b "
      "assay_start");
#else
  __asm__ volatile("ldr r0, =assay_start\n bx r0");
#endif
}

__attribute__((used)) void assay_start(void) {
  for (uint32_t *to = __data, *from = __data_image; to < __data_end;) *to++ = *from++;
  for (uint32_t* to = __bss; to < __bss_end;) *to++ = 0;
  open_console();
  assay_agent_run();
  leave(0);
}

/* The launch is lost, and its exit status says why. */
void assay_fault(void) { leave(99); }

typedef union vector {
  void (*handler)(void);
  const void* stack;
} vector;

__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    {.stack = __stack_top},   {.handler = assay_reset}, {.handler = assay_fault}, {.handler = assay_fault},
    {.handler = assay_fault}, {.handler = assay_fault}, {.handler = assay_fault}, {.handler = assay_fault},
};

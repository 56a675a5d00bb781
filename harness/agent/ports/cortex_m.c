/* SPDX-License-Identifier: Apache-2.0 */
/* Bare-metal Cortex-M (Armv6-M to Armv8.1-M), over semihosting or, with a clock, a serial line. */
#include <stdint.h>

void assay_reset(void);
void assay_start(void);
void assay_fault(void);
/* Of the clock, where it is SysTick. */
void assay_tick(void);
__attribute__((weak)) void assay_tick(void) {}

#ifdef ASSAY_UART_SPEED
#include "harness/agent/ports/serial.h"

/* AIRCR: SYSRESETREQ, with its key. Jumping to the start would stay in the handler. */
static void restart(void) { *(volatile uint32_t*)0xE000ED0C = 0x05FA0004; }
#else
#include "harness/agent/ports/semihosting.h"

static intptr_t assay_semihost(intptr_t operation, const void* block) {
  register intptr_t r0 __asm__("r0") = operation;
  register const void* r1 __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}
#endif

extern uint32_t __data_image[], __data[], __data_end[], __bss[], __bss_end[], __stack_top[];

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
__attribute__((used)) void assay_give_up(void) { leave(99); }
/* The stack may be what overflowed. */
__attribute__((naked)) void assay_fault(void) {
  __asm__ volatile("ldr r0, =__stack_top\n mov sp, r0\n ldr r0, =assay_give_up\n bx r0");
}

typedef union vector {
  void (*handler)(void);
  const void* stack;
} vector;

__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    [15] = {.handler = assay_tick}, [0] = {.stack = __stack_top}, {.handler = assay_reset},
    {.handler = assay_fault},       {.handler = assay_fault},     {.handler = assay_fault},
    {.handler = assay_fault},       {.handler = assay_fault},     {.handler = assay_fault},
};

/* SPDX-License-Identifier: Apache-2.0 */
/* SysTick counts the core's cycles (Armv7-M ARM, B3.3), 24 bits of them; its handler counts how often, so
 * there is no longest time. Every Cortex-M has it but a few M0s (nRF51). DWT's counter is not in an M0, nor
 * in QEMU. A round costs some 20 cycles. */
#include <stdint.h>

#include "harness/agent/ports/parts.h"

void assay_tick(void);

static volatile uint32_t* const systick = (volatile uint32_t*)0xE000E010;
enum { systick_control = 0, systick_reload = 1, systick_value = 2, systick_on = 7, systick_last = 0xFFFFFF };
static volatile uint32_t rounds;

void assay_tick(void) { ++rounds; }

void assay_clock_begin(void) {
  systick[systick_reload] = systick_last;
  systick[systick_value] = 0;
  systick[systick_control] = systick_on;
}

uint64_t assay_clock_cycles(void) {
  uint32_t before;
  uint32_t value;
  do {
    before = rounds;
    value = systick[systick_value];
    __asm__ volatile("isb" ::: "memory"); /* the handler of a round that the value saw has run */
  } while (before != rounds);
  return ((uint64_t)before << 24) + (systick_last - value);
}

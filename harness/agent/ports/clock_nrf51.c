/* SPDX-License-Identifier: Apache-2.0 */
/* The nRF51 has no SysTick: TIMER0 counts at 16 MHz, as its core runs (nRF51 Series Reference Manual 3.0,
 * sections 13 and 18). 32 bits, 268 s: what is longer, without a question meanwhile, is short of whole
 * rounds. */
#include "harness/agent/ports/parts.h"

#define CLOCK(offset) (*(volatile uint32_t*)(0x40000000u + (offset)))
#define TIMER(offset) (*(volatile uint32_t*)(0x40008000u + (offset)))
enum { crystal_start = 0x000, crystal_started = 0x100 };
enum { start = 0x000, capture = 0x040, bit_mode = 0x508, prescaler = 0x510, captured = 0x540 };
enum { bits_32 = 3 };

static uint32_t last;
static uint32_t rounds;

void assay_clock_begin(void) {
  CLOCK(crystal_start) = 1; /* else an RC oscillator, off by percents */
  while (CLOCK(crystal_started) == 0) {
  }
  TIMER(bit_mode) = bits_32;
  TIMER(prescaler) = 0;
  TIMER(start) = 1;
}

uint64_t assay_clock_cycles(void) {
  TIMER(capture) = 1;
  const uint32_t now = TIMER(captured);
  if (now < last) ++rounds;
  last = now;
  return (uint64_t)rounds << 32 | now;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The port functions of bare metal on a serial line (harness/agent/link.h), with a clock. Included once, by a
 * port in place of semihosting.h. UART and clock are files of their own: parts.h. */
#ifndef ASSAY_AGENT_SERIAL_H
#define ASSAY_AGENT_SERIAL_H

#include <stdint.h>

#include "harness/agent/agent.h"
#include "harness/agent/link.h"
#include "harness/agent/port.h"
#include "harness/agent/ports/bare.h"
#include "harness/agent/ports/parts.h"

/* Of the port: as after power on. */
static void restart(void);

/* Of the linker script: the lower end of the stack, and sizes, which are these symbols' addresses. */
extern uint32_t __stack_limit[];
extern unsigned char __image_bytes[], __variable_bytes[];

/* Words that the stack has not reached yet keep this value. */
static const uint32_t unreached = 0xA55A5AA5u;

static __attribute__((noinline)) void paint_stack(void) {
  volatile uint32_t here = 0;
  const uintptr_t frame = 64; /* of this function */
  for (volatile uint32_t* at = __stack_limit; (uintptr_t)at + frame < (uintptr_t)&here; ++at) *at = unreached;
}

/* Bytes, since it was painted. */
static size_t stack_depth(void) {
  const size_t words = ASSAY_BOARD_STACK / sizeof(uint32_t);
  const volatile uint32_t* at = __stack_limit;
  size_t free = 0;
  while (free < words && at[free] == unreached) ++free;
  return (words - free) * sizeof(uint32_t);
}

static void open_console(void) {
  paint_stack();
  assay_clock_begin();
  assay_uart_begin();
}

/* After `bye` (0) the next launch is waited for. A fault starts the board anew, of which the host hears: the
 * agent that answers then was not opened. */
_Noreturn static void leave(uintptr_t code) {
  for (;;) {
    if (code == 0) {
      paint_stack();
      assay_agent_run();
    } else {
      restart();
    }
  }
}

/* Whole seconds apart, so that no product leaves 64 bits. */
uint64_t assay_port_now_ns(void) {
  const uint64_t cycles = assay_clock_cycles();
  const uint64_t hz = ASSAY_BOARD_CLOCK_HZ;
  return cycles / hz * 1000000000u + cycles % hz * 1000000000u / hz;
}

/* In the order of assay_port()'s metrics. */
uint64_t assay_port_reading(size_t index) {
  switch (index) {
    case 0:
      return assay_clock_cycles();
    case 1:
      return (uintptr_t)__image_bytes;
    case 2:
      return (uintptr_t)__variable_bytes + assay_agent_arena_bytes() + stack_depth();
    default:
      return stack_depth();
  }
}

const assay_port_facts* assay_port(void) {
  static const assay_port_metric metrics[] = {
      {"board.cycles", "count", "lower", "of a call with its loop", true},
      {"board.flash", "byte", "lower", "the image", false},
      {"board.ram", "byte", "lower", "variables, arena, stack", false},
      {"board.stack", "byte", "lower", "deepest of the launch", false},
  };
  static assay_agent_sample samples[ASSAY_BOARD_SAMPLES];
  static assay_port_facts facts = {
      .core = ASSAY_BOARD_CORE,
      .implementation = ASSAY_BOARD_IMPLEMENTATION,
      .clock_resolution_ns = (1000000000u + ASSAY_BOARD_CLOCK_HZ - 1u) / ASSAY_BOARD_CLOCK_HZ,
      .samples = samples,
      .sample_count = ASSAY_BOARD_SAMPLES,
      .collector = "board",
      .metrics = metrics,
      .metric_count = sizeof metrics / sizeof *metrics};
  facts.device = assay_link_device();
  facts.fidelity = assay_link_fidelity();
  facts.arena = __arena;
  facts.arena_bytes = (size_t)(__arena_end - __arena);
  return &facts;
}

#endif

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

static void open_console(void) {
  assay_clock_begin();
  assay_uart_begin();
}

/* After `bye` (0) the next launch is waited for. A fault starts the board anew, of which the host hears: the
 * agent that answers then was not opened. */
_Noreturn static void leave(uintptr_t code) {
  for (;;) {
    if (code == 0) {
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

uint64_t assay_port_reading(size_t index) {
  (void)index;
  return assay_clock_cycles();
}

const assay_port_facts* assay_port(void) {
  static const assay_port_metric cycles = {.id = "board.cycles",
                                           .unit = "count",
                                           .better = "lower",
                                           .doc = "cycles of the core, of one call with the loop around it",
                                           .counter = true};
  static assay_agent_sample samples[ASSAY_BOARD_SAMPLES];
  static assay_port_facts facts = {
      .core = ASSAY_BOARD_CORE,
      .implementation = ASSAY_BOARD_IMPLEMENTATION,
      .clock_resolution_ns = (1000000000u + ASSAY_BOARD_CLOCK_HZ - 1u) / ASSAY_BOARD_CLOCK_HZ,
      .samples = samples,
      .sample_count = ASSAY_BOARD_SAMPLES,
      .collector = "board",
      .metrics = &cycles,
      .metric_count = 1};
  facts.device = assay_link_device();
  facts.fidelity = assay_link_fidelity();
  facts.arena = __arena;
  facts.arena_bytes = (size_t)(__arena_end - __arena);
  return &facts;
}

#endif

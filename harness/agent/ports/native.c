/* SPDX-License-Identifier: Apache-2.0 */
/* The agent on a Unix-like host: the same code as on a board. native_pipe.c or native_uart.c reads and
 * writes. */
#include <time.h>

#include "harness/agent/agent.h"
#include "harness/agent/port.h"
#include "harness/agent/ports/native.h"

enum { arena_bytes = 64 << 20, sample_count = 1 << 20 };

#ifndef ASSAY_LINUX_CORE /* else one of another architecture, in an emulator, whose time is none */
#define ASSAY_LINUX_CORE "host"
#define NATIVE_CLOCK 1
#else
#define NATIVE_CLOCK 0
#endif

static _Alignas(64) unsigned char arena[arena_bytes];
static assay_agent_sample samples[sample_count];

const assay_port_facts* assay_port(void) {
  static assay_port_facts facts = {.core = ASSAY_LINUX_CORE,
                                   .implementation = "scalar",
                                   .clock_resolution_ns = NATIVE_CLOCK,
                                   .arena = arena,
                                   .arena_bytes = arena_bytes,
                                   .samples = samples,
                                   .sample_count = sample_count};
  facts.device = native_device();
  facts.fidelity = native_fidelity();
  return &facts;
}

uint64_t assay_port_reading(size_t index) {
  (void)index;
  return 0; /* it has none */
}

uint64_t assay_port_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int main(void) {
  do {
    assay_agent_run();
  } while (native_goes_on());
  return 0;
}

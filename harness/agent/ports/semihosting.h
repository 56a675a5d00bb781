/* SPDX-License-Identifier: Apache-2.0 */
/* The port functions of bare metal that speaks Arm semihosting ("Semihosting for AArch32 and AArch64", 2.0;
 * RISC-V has the same calls). Included once, by bare.h's port, which defines assay_semihost(). */
#ifndef ASSAY_AGENT_SEMIHOSTING_H
#define ASSAY_AGENT_SEMIHOSTING_H

#include <stddef.h>
#include <stdint.h>

#include "harness/agent/agent.h"
#include "harness/agent/port.h"
#include "harness/agent/ports/bare.h"

/* Asks the host. Arguments are words of the target, `block` points to them. */
static intptr_t assay_semihost(intptr_t operation, const void* block);

enum {
  semihost_open = 0x01,
  semihost_write = 0x05,
  semihost_read = 0x06,
  semihost_exit_extended = 0x20,
  open_read = 0,
  open_write = 4
};

static intptr_t input_handle;
static intptr_t output_handle;

/* ":tt" is the console: standard input opened for reading, standard output opened for writing. */
static void open_console(void) {
  static const char console[] = ":tt";
  const uintptr_t in[3] = {(uintptr_t)console, open_read, sizeof console - 1};
  const uintptr_t out[3] = {(uintptr_t)console, open_write, sizeof console - 1};
  input_handle = assay_semihost(semihost_open, in);
  output_handle = assay_semihost(semihost_open, out);
}

_Noreturn static void leave(uintptr_t code) {
  const uintptr_t application_exit = 0x20026;
  const uintptr_t block[2] = {application_exit, code};
  for (;;) assay_semihost(semihost_exit_extended, block);
}

/* Both answer how many bytes were not read or written. */
size_t assay_port_read(char* bytes, size_t most) {
  const uintptr_t block[3] = {(uintptr_t)input_handle, (uintptr_t)bytes, most};
  const intptr_t left = assay_semihost(semihost_read, block);
  return left < 0 || (size_t)left > most ? 0 : most - (size_t)left;
}

void assay_port_write(const char* bytes, size_t count) {
  while (count > 0) {
    const uintptr_t block[3] = {(uintptr_t)output_handle, (uintptr_t)bytes, count};
    const intptr_t left = assay_semihost(semihost_write, block);
    if (left < 0 || (size_t)left >= count) return;
    bytes += count - (size_t)left;
    count = (size_t)left;
  }
}

uint64_t assay_port_now_ns(void) { return 0; }

uint64_t assay_port_reading(size_t index) {
  (void)index;
  return 0; /* it has none */
}

const assay_port_facts* assay_port(void) {
  static assay_port_facts facts = {.device = ASSAY_BOARD_DEVICE,
                                   .fidelity = "functional",
                                   .core = ASSAY_BOARD_CORE,
                                   .implementation = ASSAY_BOARD_IMPLEMENTATION};
  facts.arena = __arena;
  facts.arena_bytes = (size_t)(__arena_end - __arena);
  return &facts;
}

#endif

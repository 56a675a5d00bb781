/* SPDX-License-Identifier: Apache-2.0 */
/* The agent on a Unix-like host, over its standard input and output: the same code as on a board. */
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "harness/agent/agent.h"
#include "harness/agent/port.h"

enum { arena_bytes = 64 << 20, sample_count = 1 << 20 };

static _Alignas(64) unsigned char arena[arena_bytes];
static assay_agent_sample samples[sample_count];

const assay_port_facts* assay_port(void) {
  static const assay_port_facts facts = {.device = "cpu",
                                         .fidelity = "hardware",
                                         .core = "host",
                                         .implementation = "scalar",
                                         .clock_resolution_ns = 1,
                                         .arena = arena,
                                         .arena_bytes = arena_bytes,
                                         .samples = samples,
                                         .sample_count = sample_count};
  return &facts;
}

size_t assay_port_read(char* bytes, size_t most) {
  ssize_t count;
  do {
    count = read(STDIN_FILENO, bytes, most);
  } while (count < 0 && errno == EINTR);
  return count > 0 ? (size_t)count : 0;
}

void assay_port_write(const char* bytes, size_t count) {
  while (count > 0) {
    const ssize_t written = write(STDOUT_FILENO, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

uint64_t assay_port_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int main(void) {
  assay_agent_run();
  return 0;
}

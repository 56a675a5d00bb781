/* SPDX-License-Identifier: Apache-2.0 */
/* The agent as a WebAssembly module: WASI preview 1 (five of its functions, no libc), and two that our
 * runners add (wasm/run.mjs, wasm/run.py). Its arguments: device, engine. */
#include <stdint.h>

#include "harness/agent/agent.h"
#include "harness/agent/port.h"

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
#define RUNNER(name) __attribute__((import_module("assay"), import_name(#name)))

typedef struct io_vector {
  void* bytes;
  size_t count;
} io_vector;

WASI(fd_read) int32_t wasi_read(int32_t fd, const io_vector* to, size_t count, size_t* done);
WASI(fd_write) int32_t wasi_write(int32_t fd, const io_vector* from, size_t count, size_t* done);
WASI(clock_time_get) int32_t wasi_time(int32_t clock, uint64_t precision, uint64_t* ns);
WASI(args_sizes_get) int32_t wasi_args_sizes(size_t* count, size_t* bytes);
WASI(args_get) int32_t wasi_args(char** words, char* text);
/* What the runner measured: no engine tells a module how it was loaded. */
RUNNER(compile_ns) uint64_t runner_compile_ns(void);
RUNNER(instantiate_ns) uint64_t runner_instantiate_ns(void);
RUNNER(module_bytes) uint64_t runner_module_bytes(void);

enum {
  arena_bytes = 8 << 20,
  sample_count = 1 << 16,
  monotonic = 1,
  standard_input = 0,
  standard_output = 1
};
enum { most_words = 4, words_bytes = 256 };

static _Alignas(64) unsigned char arena[arena_bytes];
static assay_agent_sample samples[sample_count];
static char* words[most_words];
static char words_text[words_bytes];

static const assay_port_metric metrics[] = {
    {"wasm.compile", "ns", "lower", "from bytes to code", false},
    {"wasm.instantiate", "ns", "lower", "from code to an instance", false},
    {"wasm.module", "byte", "lower", "the module, with all kernels", false},
    {"wasm.memory", "byte", "lower", "linear memory; 8 MiB are its arena", false},
};

const assay_port_facts* assay_port(void) {
  static assay_port_facts facts = {.fidelity = "hardware",
                                   .implementation = ASSAY_WASM_IMPLEMENTATION,
                                   .clock_resolution_ns = 1,
                                   .arena = arena,
                                   .arena_bytes = arena_bytes,
                                   .samples = samples,
                                   .sample_count = sample_count,
                                   .collector = "wasm",
                                   .metrics = metrics,
                                   .metric_count = sizeof metrics / sizeof *metrics};
  facts.device = words[1];
  facts.core = words[2];
  return &facts;
}

uint64_t assay_port_reading(size_t index) {
  if (index == 0) return runner_compile_ns();
  if (index == 1) return runner_instantiate_ns();
  if (index == 2) return runner_module_bytes();
  return (uint64_t)__builtin_wasm_memory_size(0) << 16; /* in pages of 64 KiB */
}

size_t assay_port_read(char* bytes, size_t most) {
  const io_vector to = {bytes, most};
  size_t done = 0;
  return wasi_read(standard_input, &to, 1, &done) == 0 ? done : 0;
}

void assay_port_write(const char* bytes, size_t count) {
  while (count > 0) {
    const io_vector from = {(void*)(uintptr_t)bytes, count};
    size_t done = 0;
    if (wasi_write(standard_output, &from, 1, &done) != 0 || done == 0) return;
    bytes += done;
    count -= done;
  }
}

uint64_t assay_port_now_ns(void) {
  uint64_t ns = 0;
  wasi_time(monotonic, 1, &ns);
  return ns;
}

/* Clang calls these two. */
void* memset(void* to, int value, size_t count) {
  unsigned char* bytes = to;
  for (size_t i = 0; i < count; ++i) bytes[i] = (unsigned char)value;
  return to;
}

void* memcpy(void* restrict to, const void* restrict from, size_t count) {
  unsigned char* bytes = to;
  const unsigned char* source = from;
  for (size_t i = 0; i < count; ++i) bytes[i] = source[i];
  return to;
}

__attribute__((export_name("_start"))) void assay_start(void) {
  size_t count = 0;
  size_t bytes = 0;
  if (wasi_args_sizes(&count, &bytes) != 0 || count != 3 || bytes > words_bytes) __builtin_trap();
  if (wasi_args(words, words_text) != 0) __builtin_trap();
  assay_agent_run();
}

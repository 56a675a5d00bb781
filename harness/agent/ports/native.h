/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the native port: what its two ways to read and write differ in. */
#ifndef ASSAY_AGENT_NATIVE_H
#define ASSAY_AGENT_NATIVE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

/* The device of its cases. */
const char* native_device(void);
const char* native_fidelity(void);
/* After `bye`: does another launch begin on the same line? */
bool native_goes_on(void);

/* As assay_port_read() and assay_port_write(), of the standard streams. */
static inline size_t native_read(char* bytes, size_t most) {
  ssize_t count;
  do {
    count = read(STDIN_FILENO, bytes, most);
  } while (count < 0 && errno == EINTR);
  return count > 0 ? (size_t)count : 0;
}

static inline void native_write(const char* bytes, size_t count) {
  while (count > 0) {
    const ssize_t written = write(STDOUT_FILENO, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

#endif

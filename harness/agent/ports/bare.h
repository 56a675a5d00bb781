/* SPDX-License-Identifier: Apache-2.0 */
/* What every bare-metal port needs: the linker script's symbols, and what GCC calls. Included once, by
 * semihosting.h or serial.h. */
#ifndef ASSAY_AGENT_BARE_H
#define ASSAY_AGENT_BARE_H

#include <stddef.h>

extern unsigned char __arena[];
extern unsigned char __arena_end[];

/* GCC calls these two, whatever it is told. */
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

#endif

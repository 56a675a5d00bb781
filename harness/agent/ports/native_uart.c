/* SPDX-License-Identifier: Apache-2.0 */
/* The native port as a board on a serial line: its standard streams are the UART (a pseudo-terminal in
 * tests). */
#include "harness/agent/link.h"
#include "harness/agent/ports/native.h"

static bool ended;

const char* native_device(void) { return assay_link_device(); }
const char* native_fidelity(void) { return assay_link_fidelity(); }
bool native_goes_on(void) { return !ended; }

int assay_uart_get(void) {
  static unsigned char bytes[512];
  static size_t count;
  static size_t at;
  if (at == count) {
    count = native_read((char*)bytes, sizeof bytes);
    at = 0;
    if (count == 0) {
      ended = true;
      return -1;
    }
  }
  return bytes[at++];
}

void assay_uart_put(const char* bytes, size_t count) { native_write(bytes, count); }

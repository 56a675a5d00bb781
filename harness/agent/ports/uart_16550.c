/* SPDX-License-Identifier: Apache-2.0 */
/* A UART that is compatible with the 16550A, byte-wide (TI PC16550D, SNLS378, section 8): QEMU's RISC-V
 * machine, many SoCs. */
#include <stdint.h>

#include "harness/agent/link.h"
#include "harness/agent/ports/parts.h"

static volatile uint8_t* const uart = (volatile uint8_t*)ASSAY_UART_BASE;
enum { data = 0, divisor_low = 0, divisor_high = 1, fifo = 2, line = 3, status = 5 };
enum {
  line_8n1 = 0x03,
  line_divisor = 0x80,
  fifo_on_and_empty = 0x07,
  status_here = 0x01,
  status_free = 0x20
};

void assay_uart_begin(void) {
  const uint32_t divisor = ASSAY_UART_CLOCK_HZ / (16u * ASSAY_UART_SPEED);
  uart[line] = line_divisor | line_8n1;
  uart[divisor_low] = (uint8_t)divisor;
  uart[divisor_high] = (uint8_t)(divisor >> 8);
  uart[line] = line_8n1;
  uart[fifo] = fifo_on_and_empty;
}

int assay_uart_get(void) {
  while ((uart[status] & status_here) == 0) {
  }
  return uart[data];
}

void assay_uart_put(const char* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    while ((uart[status] & status_free) == 0) {
    }
    uart[data] = (uint8_t)bytes[i];
  }
}

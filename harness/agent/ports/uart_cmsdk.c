/* SPDX-License-Identifier: Apache-2.0 */
/* The UART of Arm's MPS2 and MPS3 boards (Cortex-M System Design Kit r1p1, section 4.3). */
#include <stdint.h>

#include "harness/agent/link.h"
#include "harness/agent/ports/parts.h"

static volatile uint32_t* const uart = (volatile uint32_t*)ASSAY_UART_BASE;
enum { data = 0, state = 1, control = 2, divisor = 4 }; /* words */
enum { state_full = 1, state_here = 2, control_send = 1, control_receive = 2 };

void assay_uart_begin(void) {
  uart[divisor] = ASSAY_UART_CLOCK_HZ / ASSAY_UART_SPEED;
  uart[control] = control_send | control_receive;
}

int assay_uart_get(void) {
  while ((uart[state] & state_here) == 0) {
  }
  return (int)(uart[data] & 0xffu);
}

void assay_uart_put(const char* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    while ((uart[state] & state_full) != 0) {
    }
    uart[data] = (unsigned char)bytes[i];
  }
}

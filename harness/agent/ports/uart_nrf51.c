/* SPDX-License-Identifier: Apache-2.0 */
/* The nRF51's UART (nRF51 Series Reference Manual 3.0, section 29) with the pins of the BBC micro:bit, where
 * its USB chip is. */
#include <stdint.h>

#include "harness/agent/link.h"
#include "harness/agent/ports/parts.h"

#define REGISTER(offset) (*(volatile uint32_t*)(ASSAY_UART_BASE + (offset)))
#define GPIO(offset) (*(volatile uint32_t*)(0x50000000u + (offset)))
enum { tx_pin = 24, rx_pin = 25 };
enum { start_receive = 0x000, start_send = 0x008, received = 0x108, sent = 0x11C, enable = 0x500 };
enum { tx_select = 0x50C, rx_select = 0x514, rx_data = 0x518, tx_data = 0x51C, baud_rate = 0x524 };
enum { enable_uart = 4, gpio_out_set = 0x508, gpio_direction_set = 0x518 };

void assay_uart_begin(void) {
  GPIO(gpio_out_set) = 1u << tx_pin;
  GPIO(gpio_direction_set) = 1u << tx_pin;
  REGISTER(tx_select) = tx_pin;
  REGISTER(rx_select) = rx_pin;
  /* Speed * 2^32 / 16 MHz, its lower 12 bits rounded away: 0x01D7E000 for 115200, as in the manual's table.
   */
  const uint64_t rate = ((uint64_t)ASSAY_UART_SPEED << 32) / ASSAY_UART_CLOCK_HZ + 0x800u;
  REGISTER(baud_rate) = (uint32_t)(rate & 0xFFFFF000u);
  REGISTER(enable) = enable_uart;
  REGISTER(start_receive) = 1;
  REGISTER(start_send) = 1;
}

int assay_uart_get(void) {
  while (REGISTER(received) == 0) {
  }
  REGISTER(received) = 0; /* before the data: the next byte sets it again */
  return (int)(REGISTER(rx_data) & 0xffu);
}

void assay_uart_put(const char* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    REGISTER(sent) = 0;
    REGISTER(tx_data) = (unsigned char)bytes[i];
    while (REGISTER(sent) == 0) {
    }
  }
}

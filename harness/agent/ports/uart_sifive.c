/* SPDX-License-Identifier: Apache-2.0 */
/* SiFive's UART (FE310-G000 Manual v3p2, section 18) with the clock and the pins of the FE310, whose core is
 * the UART's clock, too: after reset an oscillator of about 14 MHz, from here on the board's crystal of 16
 * MHz. */
#include <stdint.h>

#include "harness/agent/link.h"
#include "harness/agent/ports/parts.h"

static volatile uint32_t* at(uint32_t address) { return (volatile uint32_t*)(uintptr_t)address; }
#define REGISTER(offset) (*at(ASSAY_UART_BASE + (offset)))
enum { tx_data = 0x00, rx_data = 0x04, tx_control = 0x08, rx_control = 0x0C, divisor = 0x18 };
enum { enable = 1 };
static const uint32_t full = 1u << 31, empty = 1u << 31;

enum { crystal_config = 0x10008004, pll_config = 0x10008008, pll_out_div = 0x1000800C };
static const uint32_t crystal_on = 1u << 30, crystal_ready = 1u << 31;
static const uint32_t pll_is_clock = 1u << 16, pll_of_crystal = 1u << 17, pll_bypassed = 1u << 18;
static const uint32_t out_div_by_1 = 1u << 8;

enum { pins_to_parts = 0x10012038, pins_to_second_parts = 0x1001203C };
static const uint32_t uart_pins = 1u << 16 | 1u << 17; /* RX, TX */

void assay_uart_begin(void) {
  *at(crystal_config) = crystal_on;
  while ((*at(crystal_config) & crystal_ready) == 0) {
  }
  *at(pll_config) = pll_of_crystal | pll_bypassed; /* first the way, then onto it */
  *at(pll_out_div) = out_div_by_1;
  *at(pll_config) = pll_of_crystal | pll_bypassed | pll_is_clock;
  *at(pins_to_second_parts) &= ~uart_pins;
  *at(pins_to_parts) |= uart_pins;
  REGISTER(divisor) = (ASSAY_UART_CLOCK_HZ + ASSAY_UART_SPEED / 2) / ASSAY_UART_SPEED - 1;
  REGISTER(tx_control) = enable;
  REGISTER(rx_control) = enable;
}

int assay_uart_get(void) {
  for (;;) {
    const uint32_t value = REGISTER(rx_data);
    if ((value & empty) == 0) return (int)(value & 0xFFu);
  }
}

void assay_uart_put(const char* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    while ((REGISTER(tx_data) & full) != 0) {
    }
    REGISTER(tx_data) = (unsigned char)bytes[i];
  }
}

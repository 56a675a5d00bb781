/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a board on a serial line: a UART (uart_*.c, with link.h's assay_uart_get() and
 * assay_uart_put()) and a clock (clock_*.c), each a file that the board names. They know ASSAY_UART_BASE,
 * ASSAY_UART_CLOCK_HZ and ASSAY_UART_SPEED, and are called from one thread. */
#ifndef ASSAY_AGENT_PARTS_H
#define ASSAY_AGENT_PARTS_H

#include <stdint.h>

/* Once, before all others: 8 data bits, no parity, one stop bit, at the speed; pins too, where they have a
 * choice. */
void assay_uart_begin(void);

/* Once. The core runs at ASSAY_BOARD_CLOCK_HZ from here on, and so does the clock. */
void assay_clock_begin(void);
/* Cycles of the core; never goes back. What is longer than the counter's width, and not asked for meanwhile,
 * may be short of whole rounds: each clock says how long that is. */
uint64_t assay_clock_cycles(void);

#endif

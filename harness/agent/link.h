/* SPDX-License-Identifier: Apache-2.0 */
/* The agent's end of a serial line: link.c defines the port's assay_port_read() and assay_port_write() by
 * frames (frame.h) over the bytes of a UART, which the port defines here. A frame that was lost or damaged is
 * sent again when the host asks; the board needs no clock and no interrupts for it. Freestanding C11, one
 * thread. */
#ifndef ASSAY_AGENT_LINK_H
#define ASSAY_AGENT_LINK_H

#include <stddef.h>

/* "serial:NAME": as the host's settings call this board; "serial:" until a host has opened the line. */
const char* assay_link_device(void);
/* "functional" where the host's settings say that it is emulated, else "hardware". */
const char* assay_link_fidelity(void);

/* Of the port. Waits for a byte, 0 to 255; below 0: the line has an end (on a host), and that is it. */
int assay_uart_get(void);
/* Waits until all is taken. */
void assay_uart_put(const char* bytes, size_t count);

#endif

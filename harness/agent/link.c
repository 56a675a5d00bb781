/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/agent/link.h"

#include "harness/agent/frame.h"
#include "harness/agent/port.h"

enum { prefix_length = 7, device_bytes = 64 };

static assay_frame_reader frame;
static char device[device_bytes] = "serial:";
static bool opened;
static bool emulated;
static uint8_t next_request;
static uint8_t next_reply;
static bool held;      /* `frame` is a request that read() has still to hand out, from `handed` on */
static size_t handed;  /* of its text and the newline */
static bool abandoned; /* nobody waits for the rest of this reply */

const char* assay_link_device(void) { return device; }
const char* assay_link_fidelity(void) { return emulated ? "functional" : "hardware"; }

static void send(char kind, uint8_t number, const char* text, size_t length) {
  char head[ASSAY_FRAME_HEAD];
  char tail[ASSAY_FRAME_TAIL];
  const uint32_t crc = assay_frame_head(head, kind, number, length);
  assay_frame_tail(tail, assay_crc32(crc, text, length));
  assay_uart_put(head, sizeof head);
  assay_uart_put(text, length);
  assay_uart_put(tail, sizeof tail);
}

/* A frame for who is open: one that opens, or comes while nothing is open, is dealt with here. False: no more
 * bytes come. `*again`: a launch began. */
static bool next(bool* again) {
  for (;;) {
    const int byte = assay_uart_get();
    if (byte < 0) return false;
    if (!assay_frame_take(&frame, (char)byte)) continue;
    if (frame.kind == ASSAY_FRAME_OPEN) {
      size_t i = 0;
      while (i < frame.length && frame.text[i] != ' ') ++i;
      size_t at = prefix_length;
      for (++i; i < frame.length && frame.text[i] != ' ' && at + 1 < sizeof device; ++i)
        device[at++] = frame.text[i];
      device[at] = '\0';
      emulated = i < frame.length; /* a third word */
      opened = true;
      next_request = 0;
      next_reply = 0;
      send(ASSAY_FRAME_OPEN, 0, frame.text, frame.length);
      *again = true;
      return true;
    }
    if (opened) return true;
    send(ASSAY_FRAME_CLOSED, 0, "", 0);
  }
}

/* A request that is not known yet is held; one that is was not heard to be: it is told again. */
static void take_request(void) {
  if (frame.number == next_request) {
    ++next_request;
    held = true;
    handed = 0;
  } else if (frame.number != (uint8_t)(next_request - 1u)) {
    return;
  }
  send(ASSAY_FRAME_HAVE, frame.number, "", 0);
}

size_t assay_port_read(char* bytes, size_t most) {
  abandoned = false;
  while (!held) {
    bool again = false;
    if (!next(&again)) return 0;
    if (!again && frame.kind == ASSAY_FRAME_ASK) take_request();
  }
  size_t count = 0;
  while (count < most && handed < frame.length) bytes[count++] = frame.text[handed++];
  if (count < most) {
    bytes[count++] = '\n';
    held = false;
  }
  return count;
}

/* The agent writes a line at a time. Who asks the next thing has all of the last reply. */
void assay_port_write(const char* bytes, size_t count) {
  if (abandoned || held || !opened || count == 0) return;
  const uint8_t number = next_reply++;
  send(ASSAY_FRAME_ANSWER, number, bytes, count - 1);
  for (;;) {
    bool again = false;
    if (!next(&again) || again) {
      abandoned = true;
      return;
    }
    if (frame.kind == ASSAY_FRAME_ASK) take_request();
    if (held || (frame.kind == ASSAY_FRAME_HAVE && frame.number == number)) return;
    if (frame.kind == ASSAY_FRAME_HAVE && frame.number == (uint8_t)(number - 1u))
      send(ASSAY_FRAME_ANSWER, number, bytes, count - 1);
  }
}

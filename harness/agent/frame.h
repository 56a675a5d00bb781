/* SPDX-License-Identifier: Apache-2.0 */
/* A frame on a serial line, for both ends of it (link.h here, harness/transport/serial there). Freestanding
 * C11.
 *
 *     SOH kind number length text crc LF         number: 2 hexadecimal digits, length: 3, crc: 8
 *
 * The CRC-32 (digest.h) is of all between SOH and itself. A text is a line of the protocol without its
 * newline, so no byte below a space stands in a frame but its first and its last: SOH always begins a frame,
 * and any other control byte ends it. So whatever is lost or added, the next frame is read. */
#ifndef ASSAY_AGENT_FRAME_H
#define ASSAY_AGENT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/agent/digest.h"

#define ASSAY_FRAME_TEXT 511 /* a line of the agent, without its newline */
#define ASSAY_FRAME_HEAD 7   /* SOH, kind, number, length */
#define ASSAY_FRAME_TAIL 9   /* crc, LF */
#define ASSAY_FRAME_BYTES (ASSAY_FRAME_HEAD + ASSAY_FRAME_TEXT + ASSAY_FRAME_TAIL)

/* The kinds. The host speaks first, and again where nothing comes: a board needs no clock for that. */
#define ASSAY_FRAME_OPEN \
  'O' /* "NONCE NAME", or "NONCE NAME emulated": a launch begins, all before is forgotten; echoed */
#define ASSAY_FRAME_ASK 'Q'    /* request `number`; answered by HAVE at once */
#define ASSAY_FRAME_ANSWER 'A' /* a line of a reply, `number`; the next one waits for HAVE */
#define ASSAY_FRAME_HAVE 'K'   /* what has this number is here. Of the number before: send yours again */
#define ASSAY_FRAME_CLOSED 'R' /* from a board that was not opened since it started */

/* What goes around `length` bytes of text. `crc` begins with the head's and is fed the text. */
static inline uint32_t assay_frame_head(char* head, char kind, uint8_t number, size_t length) {
  static const char digits[] = "0123456789abcdef";
  head[0] = '\x01';
  head[1] = kind;
  head[2] = digits[number >> 4];
  head[3] = digits[number & 15];
  head[4] = digits[length >> 8 & 15];
  head[5] = digits[length >> 4 & 15];
  head[6] = digits[length & 15];
  return assay_crc32(0, head + 1, ASSAY_FRAME_HEAD - 1);
}

static inline void assay_frame_tail(char* tail, uint32_t crc) {
  for (int i = 0; i < 8; ++i) tail[i] = "0123456789abcdef"[crc >> (28 - 4 * i) & 15u];
  tail[8] = '\n';
}

/* Takes bytes, and has a frame where its CRC was right. All zero: nothing was read yet. */
typedef struct assay_frame_reader {
  char kind; /* of the last frame; text and length, too, until the next byte is taken */
  uint8_t number;
  size_t length;
  char text[ASSAY_FRAME_TEXT + 8]; /* with the crc behind it */
  char head[ASSAY_FRAME_HEAD];
  size_t at;       /* bytes of the frame that is being read; 0: none is */
  uint32_t broken; /* frames that began and did not end as they should */
} assay_frame_reader;

static inline int32_t assay_frame_hex(const char* text, int digits) {
  int32_t value = 0;
  for (int i = 0; i < digits; ++i) {
    const char c = text[i];
    if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return -1;
    value = value * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return value;
}

static inline bool assay_frame_drop(assay_frame_reader* reader) {
  ++reader->broken;
  reader->at = 0;
  return false;
}

/* True: a frame ended with this byte. */
static inline bool assay_frame_take(assay_frame_reader* reader, char byte) {
  if (byte == '\x01') {
    if (reader->at != 0) ++reader->broken;
    reader->at = 1;
    return false;
  }
  if (reader->at == 0) return false; /* between frames */
  if ((unsigned char)byte < ' ') return assay_frame_drop(reader);
  if (reader->at < ASSAY_FRAME_HEAD) {
    reader->head[reader->at++] = byte;
    if (reader->at < ASSAY_FRAME_HEAD) return false;
    const int32_t length = assay_frame_hex(reader->head + 4, 3);
    if (length < 0 || length > ASSAY_FRAME_TEXT || assay_frame_hex(reader->head + 2, 2) < 0)
      return assay_frame_drop(reader);
    reader->length = (size_t)length;
    return false;
  }
  reader->text[reader->at++ - ASSAY_FRAME_HEAD] = byte;
  if (reader->at < ASSAY_FRAME_HEAD + reader->length + 8) return false;
  uint32_t crc = assay_crc32(0, reader->head + 1, ASSAY_FRAME_HEAD - 1);
  crc = assay_crc32(crc, reader->text, reader->length);
  char tail[ASSAY_FRAME_TAIL];
  assay_frame_tail(tail, crc);
  for (int i = 0; i < 8; ++i) {
    if (tail[i] != reader->text[reader->length + (size_t)i]) return assay_frame_drop(reader);
  }
  reader->kind = reader->head[1];
  reader->number = (uint8_t)assay_frame_hex(reader->head + 2, 2);
  reader->at = 0;
  return true;
}

#endif

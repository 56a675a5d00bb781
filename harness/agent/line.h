/* SPDX-License-Identifier: Apache-2.0 */
/* A reply as it grows: a line of at most ASSAY_AGENT_LINE bytes. Freestanding C11. What does not fit is left
 * out, and assay_line_send() sends the error `internal` in its place: a half line would be no JSON. */
#ifndef ASSAY_AGENT_LINE_H
#define ASSAY_AGENT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/agent/agent.h"

typedef struct assay_line {
  char text[ASSAY_AGENT_LINE];
  size_t length;
  bool full; /* something did not fit */
  int64_t id;
} assay_line;

/* Begins with {"id":ID. */
void assay_line_begin(assay_line* line, int64_t id);
void assay_line_text(assay_line* line, const char* text); /* as it is: the caller's JSON */
void assay_line_number(assay_line* line, int64_t value);
void assay_line_unsigned(assay_line* line, uint64_t value);
void assay_line_digest(assay_line* line, uint32_t crc); /* "crc32:0123abcd", with its quotes */
/* In base64, with quotes. */
void assay_line_base64(assay_line* line, const unsigned char* bytes, size_t count);
/* How many bytes more fit, with a closing ]}]} of up to 8 and the newline. */
size_t assay_line_room(const assay_line* line);
/* Adds the last } and the newline, and writes it to the port. */
void assay_line_send(assay_line* line);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/agent/line.h"

#include "harness/agent/port.h"

static void put(assay_line* line, char c) {
  if (line->length + 2 >= sizeof line->text) { /* the last } and the newline */
    line->full = true;
    return;
  }
  line->text[line->length++] = c;
}

void assay_line_begin(assay_line* line, int64_t id) {
  line->length = 0;
  line->full = false;
  line->id = id;
  assay_line_text(line, "{\"id\":");
  assay_line_number(line, id);
}

void assay_line_text(assay_line* line, const char* text) {
  for (; *text != '\0'; ++text) put(line, *text);
}

void assay_line_unsigned(assay_line* line, uint64_t value) {
  char digits[20];
  int count = 0;
  do {
    const uint64_t tenth = value / 10u; /* not %: that is another division of 800 bytes on RV32 */
    digits[count++] = (char)('0' + (value - tenth * 10u));
    value = tenth;
  } while (value != 0);
  while (count > 0) put(line, digits[--count]);
}

void assay_line_number(assay_line* line, int64_t value) {
  if (value < 0) put(line, '-');
  assay_line_unsigned(line, value < 0 ? 0u - (uint64_t)value : (uint64_t)value);
}

void assay_line_digest(assay_line* line, uint32_t crc) {
  assay_line_text(line, "\"crc32:");
  for (int shift = 28; shift >= 0; shift -= 4) put(line, "0123456789abcdef"[crc >> shift & 15u]);
  put(line, '"');
}

void assay_line_base64(assay_line* line, const unsigned char* bytes, size_t count) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  put(line, '"');
  for (size_t i = 0; i < count; i += 3) {
    const size_t left = count - i;
    const uint32_t group = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0u) |
                           (left > 2 ? (uint32_t)bytes[i + 2] : 0u);
    put(line, letters[group >> 18]);
    put(line, letters[group >> 12 & 63u]);
    put(line, left > 1 ? letters[group >> 6 & 63u] : '=');
    put(line, left > 2 ? letters[group & 63u] : '=');
  }
  put(line, '"');
}

size_t assay_line_room(const assay_line* line) {
  const size_t used = line->length + 8 + 2;
  return used >= sizeof line->text ? 0 : sizeof line->text - used;
}

void assay_line_send(assay_line* line) {
  if (line->full) {
    assay_line_begin(line, line->id);
    assay_line_text(
        line,
        ",\"error\":{\"code\":\"internal\",\"message\":\"a reply is longer than a line of the agent\"}");
  }
  line->text[line->length++] = '}';
  line->text[line->length++] = '\n';
  assay_port_write(line->text, line->length);
}

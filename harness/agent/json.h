/* SPDX-License-Identifier: Apache-2.0 */
/* Reads JSON in place: a value is a span of the text, nothing is copied or kept. Freestanding C11. */
#ifndef ASSAY_AGENT_JSON_H
#define ASSAY_AGENT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A value within a text that assay_json_object() accepted, without the space around it. */
typedef struct assay_json {
  const char* text;
  size_t length;
} assay_json;

/* Is the text one JSON object (RFC 8259, at most 16 levels deep) with nothing but space around it? `whole` is
 * then the object. The functions below may be called with it and with what they return alone. */
bool assay_json_object(const char* text, size_t length, assay_json* whole);
/* The first member of an object that has this name (written without escapes); false: there is none. */
bool assay_json_member(assay_json object, const char* name, assay_json* value);
/* Walks an object: `at` begins as 0; false at its end, or where it is no object. */
bool assay_json_next_member(assay_json object, size_t* at, assay_json* name, assay_json* value);
/* Walks an array likewise. */
bool assay_json_next_item(assay_json array, size_t* at, assay_json* value);
/* A number without fraction and exponent, or (of a seed) a text of digits, that fits. */
bool assay_json_integer(assay_json value, int64_t* result);
bool assay_json_decimal_text(assay_json value, uint64_t* result);
/* Is it this text (written without escapes)? */
bool assay_json_is(assay_json value, const char* text);
bool assay_json_is_true(assay_json value);

#endif

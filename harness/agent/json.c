/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/agent/json.h"

typedef struct cursor {
  const char* text;
  size_t length;
  size_t at;
} cursor;

enum { max_depth = 16 };

static int peek(const cursor* c) { return c->at < c->length ? (unsigned char)c->text[c->at] : -1; }

static void skip_space(cursor* c) {
  for (int next = peek(c); next == ' ' || next == '\t' || next == '\r' || next == '\n'; next = peek(c))
    ++c->at;
}

static bool take(cursor* c, char wanted) {
  if (peek(c) != (unsigned char)wanted) return false;
  ++c->at;
  return true;
}

static bool is_digit(int c) { return c >= '0' && c <= '9'; }

static bool is_hex(int c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

static bool skip_string(cursor* c) {
  if (!take(c, '"')) return false;
  for (;;) {
    const int next = peek(c);
    if (next < 0x20) return false; /* the end, or a control character */
    ++c->at;
    if (next == '"') return true;
    if (next != '\\') continue;
    const int escaped = peek(c);
    if (escaped < 0) return false;
    ++c->at;
    if (escaped == 'u') {
      for (int i = 0; i < 4; ++i) {
        if (!is_hex(peek(c))) return false;
        ++c->at;
      }
      continue;
    }
    bool known = false;
    for (const char* legal = "\"\\/bfnrt"; *legal != '\0'; ++legal) known = known || escaped == *legal;
    if (!known) return false;
  }
}

static bool skip_digits(cursor* c) {
  if (!is_digit(peek(c))) return false;
  while (is_digit(peek(c))) ++c->at;
  return true;
}

static bool skip_number(cursor* c) {
  take(c, '-');
  if (take(c, '0')) {
    if (is_digit(peek(c))) return false;
  } else if (!skip_digits(c)) {
    return false;
  }
  if (take(c, '.') && !skip_digits(c)) return false;
  if (take(c, 'e') || take(c, 'E')) {
    if (!take(c, '+')) take(c, '-');
    return skip_digits(c);
  }
  return true;
}

static bool skip_word(cursor* c, const char* word) {
  for (; *word != '\0'; ++word) {
    if (!take(c, *word)) return false;
  }
  return true;
}

/* A value that holds no others. */
static bool skip_scalar(cursor* c) {
  switch (peek(c)) {
    case '"':
      return skip_string(c);
    case 't':
      return skip_word(c, "true");
    case 'f':
      return skip_word(c, "false");
    case 'n':
      return skip_word(c, "null");
    default:
      return skip_number(c);
  }
}

static bool skip_name(cursor* c) {
  skip_space(c);
  if (!skip_string(c)) return false;
  skip_space(c);
  return take(c, ':');
}

/* Any value. Not by recursion: the stack of a board is small. Bit d of `objects`: level d is an object. */
static bool skip_value(cursor* c) {
  uint32_t objects = 0;
  int depth = 0;
  for (;;) {
    skip_space(c);
    const bool object = peek(c) == '{';
    if (object || peek(c) == '[') {
      if (depth == max_depth) return false;
      ++c->at;
      skip_space(c);
      if (!take(c, object ? '}' : ']')) {
        objects = object ? objects | (UINT32_C(1) << depth) : objects & ~(UINT32_C(1) << depth);
        ++depth;
        if (object && !skip_name(c)) return false;
        continue;
      }
    } else if (!skip_scalar(c)) {
      return false;
    }
    for (;;) { /* after a value: the next one of its list, or the list's end, which ends a value as well */
      if (depth == 0) return true;
      const bool in_object = (objects >> (depth - 1) & 1u) != 0;
      skip_space(c);
      if (take(c, ',')) {
        if (in_object && !skip_name(c)) return false;
        break;
      }
      if (!take(c, in_object ? '}' : ']')) return false;
      --depth;
    }
  }
}

bool assay_json_object(const char* text, size_t length, assay_json* whole) {
  cursor c = {text, length, 0};
  skip_space(&c);
  const size_t first = c.at;
  if (peek(&c) != '{' || !skip_value(&c)) return false;
  *whole = (assay_json){text + first, c.at - first};
  skip_space(&c);
  return c.at == c.length;
}

/* The next value of a list that begins with `open`, behind the bracket or the comma before it. */
static bool next_value(assay_json list, char open, size_t* at, assay_json* name, assay_json* value) {
  cursor c = {list.text, list.length, *at};
  if (list.length == 0 || list.text[0] != open) return false;
  if (c.at == 0) c.at = 1;
  skip_space(&c);
  take(&c, ',');
  skip_space(&c);
  if (c.at >= c.length || peek(&c) == '}' || peek(&c) == ']') return false;
  if (name != NULL) {
    const size_t begin = c.at;
    if (!skip_string(&c)) return false;
    *name = (assay_json){c.text + begin, c.at - begin};
    skip_space(&c);
    if (!take(&c, ':')) return false;
    skip_space(&c);
  }
  const size_t begin = c.at;
  if (!skip_value(&c)) return false;
  *value = (assay_json){c.text + begin, c.at - begin};
  *at = c.at;
  return true;
}

bool assay_json_next_member(assay_json object, size_t* at, assay_json* name, assay_json* value) {
  return next_value(object, '{', at, name, value);
}

bool assay_json_next_item(assay_json array, size_t* at, assay_json* value) {
  return next_value(array, '[', at, NULL, value);
}

bool assay_json_member(assay_json object, const char* name, assay_json* value) {
  size_t at = 0;
  assay_json key;
  while (assay_json_next_member(object, &at, &key, value)) {
    if (assay_json_is(key, name)) return true;
  }
  return false;
}

static bool digits(const char* text, size_t length, uint64_t* result) {
  if (length == 0) return false;
  uint64_t value = 0;
  for (size_t i = 0; i < length; ++i) {
    if (!is_digit((unsigned char)text[i])) return false;
    const uint64_t digit = (uint64_t)(text[i] - '0');
    if (value > (UINT64_MAX - digit) / 10u) return false;
    value = 10u * value + digit;
  }
  *result = value;
  return true;
}

bool assay_json_integer(assay_json value, int64_t* result) {
  const bool negative = value.length > 0 && value.text[0] == '-';
  uint64_t size = 0;
  if (!digits(value.text + negative, value.length - negative, &size) || size > (uint64_t)INT64_MAX)
    return false;
  *result = negative ? -(int64_t)size : (int64_t)size;
  return true;
}

bool assay_json_decimal_text(assay_json value, uint64_t* result) {
  if (value.length < 2 || value.text[0] != '"') return false;
  return digits(value.text + 1, value.length - 2, result);
}

bool assay_json_is(assay_json value, const char* text) {
  size_t i = 0;
  for (; text[i] != '\0'; ++i) {
    if (i + 2 >= value.length || value.text[i + 1] != text[i]) return false;
  }
  return value.length == i + 2 && value.text[0] == '"';
}

bool assay_json_is_true(assay_json value) { return value.length == 4 && value.text[0] == 't'; }

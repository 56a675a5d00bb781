// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "harness/exchange/tool_json.h"

namespace assay {

namespace {

void add_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0u | code >> 6);
    out += static_cast<char>(0x80u | (code & 0x3fu));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0u | code >> 12);
    out += static_cast<char>(0x80u | (code >> 6 & 0x3fu));
    out += static_cast<char>(0x80u | (code & 0x3fu));
  } else {
    out += static_cast<char>(0xf0u | code >> 18);
    out += static_cast<char>(0x80u | (code >> 12 & 0x3fu));
    out += static_cast<char>(0x80u | (code >> 6 & 0x3fu));
    out += static_cast<char>(0x80u | (code & 0x3fu));
  }
}

std::optional<unsigned> hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  unsigned value = 0;
  const auto parsed = std::from_chars(text.data() + at, text.data() + at + 4, value, 16);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + at + 4) return std::nullopt;
  return value;
}

}  // namespace

std::string json_unescaped(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return std::string(text);
  constexpr unsigned replacement = 0xfffd;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    static constexpr std::string_view from = "nrtbf";
    static constexpr std::string_view to = "\n\r\t\b\f";
    if (const auto which = from.find(c); which != std::string_view::npos) {
      out += to[which];
    } else if (c != 'u') {
      out += c;
    } else if (const auto high = hex4(text, i + 1); !high) {
      add_utf8(out, replacement);
    } else {
      i += 4;
      unsigned code = *high;
      if (code >= 0xd800 && code < 0xe000) {
        const auto low = text.substr(i + 1, 2) == "\\u" ? hex4(text, i + 3) : std::optional<unsigned>{};
        const bool pair = code < 0xdc00 && low && *low >= 0xdc00 && *low < 0xe000;
        if (pair) i += 6;
        code = pair ? 0x10000 + ((code - 0xd800) << 10) + (*low - 0xdc00) : replacement;
      }
      add_utf8(out, code);
    }
  }
  return out;
}

}  // namespace assay

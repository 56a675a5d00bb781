// SPDX-License-Identifier: Apache-2.0
#include "harness/core/text.h"

#include <algorithm>
#include <cstdint>

namespace assay {

namespace {

/// Length of the valid UTF-8 sequence at `at`, or 0; the code point goes to `point`.
std::size_t decode(std::string_view text, std::size_t at, std::uint32_t& point) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) {
    point = lead;
    return 1;
  }
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4 || at + length > text.size()) return 0;
  point = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
    point = point << 6 | (byte(at + i) & 0x3F);
  }
  static constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  return point < smallest[length] || surrogate || point > 0x10FFFF ? 0 : length;
}

bool is_unsafe(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x200B && point <= 0x200F) ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (out.size() >= max_bytes) return out + "...";
    std::uint32_t point = 0;
    const std::size_t length = decode(text, i, point);
    if (length > 0 && !is_unsafe(point)) {
      out += text.substr(i, length);
      i += length;
      continue;
    }
    for (std::size_t k = 0; k < (length > 0 ? length : 1); ++k, ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      out += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

std::string with_short_words(std::string_view text) {
  constexpr std::size_t longest = 300;
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    std::size_t kept = end;
    if (end > longest) {
      kept = longest;
      while (kept > 0 && (static_cast<unsigned char>(text[kept]) & 0xC0) == 0x80)
        --kept;  // not within a character
    }
    out += text.substr(0, kept);
    if (kept < end) out += "... (" + std::to_string(end) + " bytes)";
    const std::size_t next = std::min(text.find_first_not_of(" \n", end), text.size());
    out += text.substr(end, next - end);
    text.remove_prefix(next);
  }
  return out;
}

std::string last_lines(std::string_view log, std::string_view indent) {
  constexpr std::size_t most_lines = 20;
  constexpr std::size_t most_bytes = 2048;
  const auto blank = [](char c) { return c == '\n' || c == '\r' || c == ' '; };
  while (!log.empty() && blank(log.back())) log.remove_suffix(1);
  std::string text;
  for (std::size_t lines = 0; lines < most_lines && !log.empty(); ++lines) {
    const auto newline = log.rfind('\n');
    std::string_view line = newline == std::string_view::npos ? log : log.substr(newline + 1);
    log.remove_suffix(newline == std::string_view::npos ? log.size() : log.size() - newline);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const std::string shown = std::string(indent) + printable(line, most_bytes / 2) + "\n";
    if (text.size() + shown.size() > most_bytes) break;
    text.insert(0, shown);
  }
  return text;
}

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (true) {
    const auto end = text.find(separator, begin);
    parts.emplace_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::vector<std::string> split_filled(std::string_view text, char separator) {
  std::vector<std::string> parts = split(text, separator);
  std::erase(parts, "");
  return parts;
}

}  // namespace assay

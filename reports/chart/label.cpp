// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/label.h"

#include <array>
#include <cstdint>

#include "reports/chart/scene.h"

namespace assay::chart {
namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr char32_t ellipsis = 0x2026;

struct Range {
  char32_t first;
  char32_t last;
};
constexpr Range combining[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x610, 0x61A},
                               {0x64B, 0x65F},   {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF},
                               {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
constexpr Range wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},  {0x3400, 0x4DBF},
                          {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},
                          {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                          {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
// Zero-width, directional and other invisible marks, line separators, the byte order mark.
constexpr Range dropped[] = {{0xAD, 0xAD},     {0x61C, 0x61C},   {0x180E, 0x180E}, {0x200B, 0x200F},
                             {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xE0000, 0xE0FFF}};

template <std::size_t N>
bool within(const Range (&ranges)[N], char32_t code) {
  for (const Range& r : ranges) {
    if (code >= r.first && code <= r.last) return true;
  }
  return false;
}

/// One code point; moves `at` on by at least one byte. Overlong forms, surrogates and cut sequences are
/// malformed.
char32_t decode(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at++);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 && lead < 0xF5   ? 3
                   : lead >= 0xE0 && lead < 0xF0 ? 2
                   : lead >= 0xC2 && lead < 0xE0 ? 1
                                                 : 0;
  if (more == 0) return replacement;
  char32_t code = lead & (0x3Fu >> more);
  for (int i = 0; i < more; ++i) {
    if (at >= text.size() || (byte(at) & 0xC0) != 0x80) return replacement;
    code = code << 6 | (byte(at++) & 0x3Fu);
  }
  const char32_t least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
  if (code < least || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return replacement;
  return code;
}

// Advances of DejaVu Sans, ' ' to '~', in thousandths of the size.
constexpr std::array<std::uint16_t, 95> advances = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};

double advance(char32_t code, double size, bool cells) {
  if (cells) return cell_width * columns_of(code);
  if (code >= 0x20 && code < 0x7F) return size * advances[code - 0x20] / 1000;
  const int columns = columns_of(code);
  return columns == 0 ? 0 : columns == 2 ? size * 1.05 : code == ellipsis ? size : size * 0.8;
}

}  // namespace

Canvas terminal(int columns, int rows) {
  const auto within_range = [](int value, int low, int high) {
    return value < low ? low : value > high ? high : value;
  };
  return {cell_width * within_range(columns, 40, 200), cell_height * within_range(rows, 8, 200), true};
}

int columns_of(char32_t code) { return within(combining, code) ? 0 : within(wide, code) ? 2 : 1; }

std::vector<char32_t> shown(std::string_view text) {
  std::vector<char32_t> codes;
  int marks = 0;
  for (std::size_t at = 0; at < text.size();) {
    char32_t code = decode(text, at);
    if (within(dropped, code)) continue;
    if (code == '\n' || code == '\t' || code == '\r') code = ' ';
    if (code < 0x20 || (code >= 0x7F && code < 0xA0) || (code & 0xFFFE) == 0xFFFE ||
        (code >= 0xFDD0 && code < 0xFDF0)) {
      code = replacement;
    }
    marks = columns_of(code) == 0 ? marks + 1 : 0;
    if (marks > 2 || (marks > 0 && codes.empty())) continue;
    codes.push_back(code);
  }
  return codes;
}

void append_utf8(std::string& out, char32_t code) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

std::string cleaned(std::string_view text) {
  std::string out;
  for (const char32_t code : shown(text)) append_utf8(out, code);
  return out;
}

double Metrics::width(std::string_view text, double size) const {
  double sum = 0;
  for (const char32_t code : shown(text)) sum += advance(code, size, cells);
  return sum;
}

double Metrics::line(double size) const { return cells ? cell_height : size * 1.3; }

std::string elided(std::string_view text, double limit, double size, Metrics metrics) {
  const std::vector<char32_t> codes = shown(text);
  const auto width = [&](char32_t code) { return advance(code, size, metrics.cells); };
  double whole = 0;
  for (const char32_t code : codes) whole += width(code);
  std::string out;
  if (whole <= limit) {
    for (const char32_t code : codes) append_utf8(out, code);
    return out;
  }
  const double room = limit - width(ellipsis);
  if (room < 0) return out;
  std::size_t tail = codes.size();
  for (double used = 0; tail > 0 && used + width(codes[tail - 1]) <= room * 0.4; --tail)
    used += width(codes[tail - 1]);
  while (tail < codes.size() && columns_of(codes[tail]) == 0) ++tail;  // no mark without its letter
  double left = room;
  for (std::size_t i = tail; i < codes.size(); ++i) left -= width(codes[i]);
  for (std::size_t i = 0; i < tail && width(codes[i]) <= left; ++i) {
    left -= width(codes[i]);
    append_utf8(out, codes[i]);
  }
  append_utf8(out, ellipsis);
  for (std::size_t i = tail; i < codes.size(); ++i) append_utf8(out, codes[i]);
  return out;
}

}  // namespace assay::chart

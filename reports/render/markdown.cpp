// SPDX-License-Identifier: Apache-2.0
#include "reports/render/markdown.h"

#include <algorithm>
#include <string_view>

namespace assay::reports {

namespace {

/// Plain text within Markdown and within a table's cell: every mark is its HTML entity, line ends are blanks.
std::string plain(std::string_view text) {
  constexpr std::string_view marks = "&<>|*_`[](){}#+!\\~@:$\"'^=";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += ' ';
    } else if (marks.find(c) != std::string_view::npos) {
      out += "&#" + std::to_string(static_cast<int>(byte)) + ";";
    } else {
      out += c;
    }
  }
  return out;
}

/// In <code>, which takes entities, unlike backticks.
std::string code(std::string_view text) { return "<code>" + plain(text) + "</code>"; }

std::string mark(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "\xF0\x9F\x9F\xA2 ";  // a green circle
    case Tone::bad:
      return "\xF0\x9F\x94\xB4 ";  // a red one
    case Tone::warning:
      return "\xF0\x9F\x9F\xA1 ";  // a yellow one
    case Tone::plain:
      break;
  }
  return "";
}

std::string render(const std::vector<Block>& blocks);

struct Renderer {
  std::string operator()(const Heading& heading) const {
    return std::string(static_cast<std::size_t>(std::clamp(heading.level, 1, 6)), '#') + " " +
           plain(heading.text) + "\n\n";
  }
  std::string operator()(const Paragraph& paragraph) const {
    std::string text = plain(paragraph.text);
    // A list begins with a dash, or a number: not this line.
    if (!text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')))
      text.replace(0, 1, "&#" + std::to_string(static_cast<int>(text[0])) + ";");
    return mark(paragraph.tone) + text + "\n\n";
  }
  std::string operator()(const Code& lines) const {
    // Indented code has no end mark that a text could hold.
    std::string out = "    ";
    for (const char c : lines.text) out += c == '\n' ? std::string("\n    ") : std::string(1, c);
    return out + "\n\n";
  }
  std::string operator()(const Table& table) const {
    std::string head = "|";
    std::string rule = "|";
    for (const auto& column : table.columns) {
      head += " " + plain(column.title) + " |";
      rule += column.number ? " ---: |" : " --- |";
    }
    std::string out = head + "\n" + rule + "\n";
    for (const auto& row : table.rows) {
      out += "|";
      for (const auto& cell : row)
        out += " " + mark(cell.tone) + (cell.code ? code(cell.text) : plain(cell.text)) + " |";
      out += "\n";
    }
    return out + "\n";
  }
  std::string operator()(const std::shared_ptr<const Folded>& folded) const {
    return "<details><summary>" + plain(folded->summary) + "</summary>\n\n" + render(folded->blocks) +
           "</details>\n\n";
  }
};

std::string render(const std::vector<Block>& blocks) {
  std::string out;
  for (const auto& block : blocks) out += std::visit(Renderer{}, block);
  return out;
}

}  // namespace

std::string to_markdown(const Document& document) { return render(document.blocks); }

}  // namespace assay::reports

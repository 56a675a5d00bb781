// SPDX-License-Identifier: Apache-2.0
#include "reports/render/markdown.h"

#include <sstream>
#include <string_view>
#include <vector>

#include "reports/chart/label.h"
#include "reports/chart/text.h"
#include "reports/document/words.h"
#include "reports/render/picture.h"

namespace assay::reports {

namespace {

/// Plain text within Markdown and within a table's cell: every mark is its HTML entity, line ends are blanks.
std::string plain(std::string_view text) {
  constexpr std::string_view marks = "&<>|*_`[](){}#+!\\~@:$\"'^=";
  std::string out;
  for (const char c : chart::cleaned(text)) {
    const bool is_mark = marks.find(c) != std::string_view::npos;
    out += is_mark ? "&#" + std::to_string(static_cast<int>(c)) + ";" : std::string(1, c);
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

/// A text that begins a line. A list begins with a dash, or a number: not this line.
std::string line(std::string_view words) {
  std::string text = plain(words);
  if (!text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')))
    text.replace(0, 1, "&#" + std::to_string(static_cast<int>(text[0])) + ";");
  return text;
}

std::string heading(int level, const std::string& text) {
  return std::string(static_cast<std::size_t>(level), '#') + " " + plain(text) + "\n\n";
}

std::string items(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += "- " + line(text) + "\n";
  return texts.empty() ? "" : out + "\n";
}

/// Indented code has no end mark that a text could hold; a lone CR would end a line, too.
std::string indented(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += "    " + chart::cleaned(line) + "\n";
  return out + "\n";
}

std::string cell(const Cell& cell) {
  const auto* name = std::get_if<Name>(&cell.value);
  return mark(cell.tone) + (name != nullptr ? code(name->text) : plain(cell_text(cell)));
}

std::string render(const std::vector<Block>& blocks);

struct Renderer {
  std::string operator()(const Paragraph& paragraph) const {
    return mark(paragraph.tone) + line(paragraph.text) + "\n\n";
  }
  std::string operator()(const List& list) const { return items(list.items); }
  std::string operator()(const Code& code) const { return indented(code.lines); }
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
      for (const auto& one : row) out += " " + cell(one) + " |";
      out += "\n";
    }
    return out + "\n";
  }
  std::string operator()(const Picture& picture) const {
    std::istringstream text(chart::text(drawn(picture, chart::terminal(100, 16))));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return indented(lines);
  }
  std::string operator()(const Folded& folded) const {
    return "<details><summary>" + plain(folded.summary) + "</summary>\n\n" + render(folded.blocks) +
           "</details>\n\n";
  }
};

std::string render(const std::vector<Block>& blocks) {
  std::string out;
  for (const auto& block : blocks) out += std::visit(Renderer{}, block.form);
  return out;
}

std::string figures(const std::vector<Figure>& all) {
  if (all.empty()) return "";
  Table table{"", {{"figure"}, {"value", true}, {""}}, {}};
  for (const auto& figure : all) table.rows.push_back({{figure.label}, figure.cell, {figure.note}});
  return Renderer{}(table);
}

std::string folded(const std::string& title, const std::vector<Block>& blocks) {
  return blocks.empty() ? "" : Renderer{}(Folded{title, blocks});
}

}  // namespace

std::string to_markdown(const Document& document) {
  std::string out = document.title.empty() ? "" : heading(2, document.title);
  if (!document.answer.empty()) out += mark(document.tone) + line(document.answer) + "\n\n";
  out += items(document.sentences) + figures(document.figures);
  for (const auto& section : document.sections) {
    // Of a single section the title says it.
    if (document.sections.size() > 1 && !section.title.empty()) out += heading(3, section.title);
    out += render(section.blocks);
  }
  if (!document.caveats.empty()) {
    out += heading(3, "What to know before believing it");
    std::vector<std::string> texts;
    for (const auto& caveat : document.caveats)
      texts.push_back(caveat.text + (caveat.remedy.empty() ? "" : " - " + caveat.remedy));
    out += items(texts);
  }
  out += folded("Environment", document.environment) + folded("How to reproduce", document.reproduce);
  return out + (document.about.empty() ? "" : line(document.about) + "\n");
}

}  // namespace assay::reports

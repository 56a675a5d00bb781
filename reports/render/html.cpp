// SPDX-License-Identifier: Apache-2.0
#include "reports/render/html.h"

#include <nettle/base64.h>
#include <nettle/sha2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "reports/chart/svg.h"
#include "reports/document/words.h"
#include "reports/render/html_page.h"
#include "reports/render/picture.h"

namespace assay::reports {

namespace {

using chart::escaped;  // the one place where texts become HTML

/// "sha256-...", as a policy names what it allows.
std::string digest(std::string_view text) {
  sha256_ctx state;
  sha256_init(&state);
  sha256_update(&state, text.size(), reinterpret_cast<const std::uint8_t*>(text.data()));
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> bytes{};
  sha256_digest(&state, bytes.size(), bytes.data());
  std::array<char, BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE)> base64{};
  base64_encode_raw(base64.data(), bytes.size(), bytes.data());
  return "'sha256-" + std::string(base64.data(), base64.size()) + "'";
}

/// Whether what is written does not sort by itself: it may be in several multiples.
bool needs_key(const Number& number) {
  if (number.unit == "count") return number.value >= 1000 || number.value <= -1000;
  if (number.unit == "ratio" || number.unit == "x" || number.unit == "change") return false;
  return chart_unit(number.unit).unit.kind != chart::Unit::Kind::plain;
}

/// As far as sorting needs it.
std::string sort_key(double value) {
  std::array<char, 64> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 6).ptr;
  return {buffer.data(), end};
}

std::string tone_class(Tone tone) {
  static constexpr std::array<const char*, 4> names{"", "good", "bad", "warning"};
  return names[static_cast<std::size_t>(tone)];
}

/// A text that would fill a page gets a small window of its own.
std::string clamped(const std::string& text, std::string html) {
  constexpr std::size_t most = 400;
  return text.size() <= most ? html : "<span class=long>" + html + "</span>";
}

/// Of a case, what it is called stands out and its parameters step back.
std::string name_html(const std::string& text) {
  const auto question = text.find('?');
  if (question == std::string::npos) return clamped(text, escaped(text));
  const auto at = std::max(text.rfind('@'), question);
  const bool device = at != std::string::npos && at > question;
  const std::string parameters = text.substr(question, device ? at - question : std::string::npos);
  return clamped(text, escaped(text.substr(0, question)) + "<i>" + escaped(parameters) + "</i>" +
                           (device ? escaped(text.substr(at)) : ""));
}

struct CellContent {
  bool plain_names;  ///< the table's style shows that they are names
  std::string operator()(const std::string& text) const { return clamped(text, escaped(text)); }
  std::string operator()(const Name& name) const {
    return plain_names ? name_html(name.text) : "<code>" + name_html(name.text) + "</code>";
  }
  std::string operator()(const Word& word) const { return "<b>" + escaped(word.text) + "</b>"; }
  std::string operator()(const Absent&) const { return "\xE2\x80\x93"; }
  std::string operator()(const Number& number) const {
    const std::string interval = interval_text(number);
    return escaped(number_text(number)) + (interval.empty() ? "" : " <i>" + escaped(interval) + "</i>");
  }
};

/// Opening tag and content; HTML closes cells and rows by itself. \p names: those of its table's heads are
/// all names.
std::string cell_html(const Cell& cell, bool head, bool names) {
  const std::string content = std::visit(CellContent{head && names}, cell.value);
  std::string out = head ? "<th scope=row" : "<td";
  if (const auto* number = std::get_if<Number>(&cell.value); number != nullptr && needs_key(*number))
    out += " data-v=" + sort_key(number->value);
  if (const auto* absent = std::get_if<Absent>(&cell.value)) {
    out += " class=a";
    if (!absent->reason.empty()) out += " title=\"" + escaped(absent->reason) + "\"";
  } else if (cell.tone != Tone::plain) {
    out += " class=" + tone_class(cell.tone);
  }
  return out + ">" + content;
}

/// Columns in which an interval stands: of many they stand below their values, as a page is only so wide.
constexpr std::size_t many_intervals = 3;
std::size_t intervals_of(const Table& table) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    count += std::any_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
      const auto* number = std::get_if<Number>(&row[i].value);
      return number != nullptr && number->low && number->high;
    });
  }
  return count;
}

class Page {
 public:
  std::string blocks(const std::vector<Block>& all) {
    std::string out;
    for (const auto& block : all) out += std::visit(*this, block.form);
    return out;
  }
  std::size_t most_columns() const { return most_columns_; }

  std::string operator()(const Paragraph& paragraph) {
    const std::string tone = tone_class(paragraph.tone);
    return "<p" + (tone.empty() ? "" : " class=" + tone) + ">" + escaped(paragraph.text) + "</p>\n";
  }
  std::string operator()(const List& list) {
    std::string out = "<ul>\n";
    for (const auto& item : list.items) out += "<li>" + escaped(item) + "</li>\n";
    return out + "</ul>\n";
  }
  std::string operator()(const Code& code) {
    std::string out = "<pre><code>";
    for (const auto& line : code.lines) out += escaped(line) + "\n";
    return out + "</code></pre>\n";
  }
  std::string operator()(const Table& table) {
    std::string classes;  // of columns that are aligned right, by number: see column_rules()
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].number) classes += (classes.empty() ? "r" : " r") + std::to_string(i + 1);
    }
    most_columns_ = std::max(most_columns_, table.columns.size());
    const auto key =
        std::find_if(table.columns.begin(), table.columns.end(), [](const Column& one) { return one.key; });
    const auto at = static_cast<std::size_t>(key - table.columns.begin());
    const bool names = key != table.columns.end() && !table.rows.empty() &&
                       std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
                         return std::holds_alternative<Name>(row[at].value);
                       });
    if (names) classes += classes.empty() ? "c" : " c";
    if (intervals_of(table) >= many_intervals) classes += classes.empty() ? "w" : " w";
    std::string out = "<div class=t tabindex=0 role=region aria-label=\"" + escaped(table.title) +
                      "\"><table" + (classes.empty() ? "" : " class=\"" + classes + "\"") + "><caption>" +
                      escaped(table.title) + "</caption>\n<thead><tr>";
    for (const auto& column : table.columns) out += "<th scope=col>" + escaped(column.title) + "</th>";
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
      out += "<tr>";
      bool head = true;  // the first key of a row is its heading
      for (std::size_t i = 0; i < row.size(); ++i) {
        const bool is_head = head && table.columns[i].key;
        out += cell_html(row[i], is_head, names);
        head = head && !is_head;
      }
      out += "\n";
    }
    return out + "</tbody></table></div>\n";
  }
  std::string operator()(const Picture& picture) {
    constexpr chart::Canvas sheet{900, 320};
    return "<figure>" +
           chart::svg(drawn(picture, sheet),
                      {.prefix = "c" + std::to_string(++pictures_), .style = false, .ground = false}) +
           "</figure>\n";
  }
  std::string operator()(const Folded& folded) {
    return "<details><summary>" + escaped(folded.summary) + "</summary>\n" + blocks(folded.blocks) +
           "</details>\n";
  }

 private:
  int pictures_ = 0;
  std::size_t most_columns_ = 0;
};

std::string column_rules(std::size_t columns) {
  std::string out;
  for (std::size_t i = 1; i <= columns; ++i) {
    const std::string n = std::to_string(i);
    out += (i == 1 ? "" : ",") + (".r" + n + ">*>tr>:nth-child(" + n + ")");
  }
  return out.empty() ? "" : out + "{text-align:right;white-space:nowrap}";
}

/// A part with its heading, and its line in the list of contents.
class Parts {
 public:
  void add(const std::string& title, const std::string& content) {
    if (content.empty()) return;
    const std::string id = "s" + std::to_string(++number_);
    contents_ += "<a href=\"#" + id + "\">" + escaped(title) + "</a>\n";
    text_ += "<section aria-labelledby=" + id + ">\n<h2 id=" + id + ">" + escaped(title) + "</h2>\n" +
             content + "</section>\n";
  }
  std::string contents() const {
    return number_ < 2 ? "" : "<nav aria-label=\"Contents\">\n" + contents_ + "</nav>\n";
  }
  const std::string& text() const { return text_; }

 private:
  int number_ = 0;
  std::string contents_;
  std::string text_;
};

std::string answer_html(const Document& document, Page& page) {
  std::string out;
  if (!document.answer.empty() || !document.sentences.empty()) {
    out = "<div class=\"answer " + tone_class(document.tone) + "\"><p class=mark>" +
          escaped(document.answer) + "</p>\n";
    if (!document.sentences.empty()) out += page(List{document.sentences});
    if (const std::size_t number = document.caveats.size(); number > 0)
      out += "<p><a href=\"#caveats\">" + counted(number, "thing") + " to know before believing it</a></p>\n";
    out += "</div>\n";
  }
  if (document.figures.empty()) return out;
  out += "<dl class=figures>\n";
  for (const auto& figure : document.figures) {
    const std::string tone = tone_class(figure.cell.tone);
    const auto* absent = std::get_if<Absent>(&figure.cell.value);
    const std::string note = absent != nullptr ? absent->reason : figure.note;
    out += "<div><dt>" + escaped(figure.label) + "</dt><dd class=\"v " + tone + "\">" +
           (absent != nullptr ? "not known" : escaped(cell_text(figure.cell))) + "</dd>" +
           (note.empty() ? "" : "<dd class=n>" + escaped(note) + "</dd>") + "</div>\n";
  }
  return out + "</dl>\n";
}

std::string caveats_html(const std::vector<Caveat>& caveats) {
  if (caveats.empty()) return "";
  std::string out = "<ul class=caveats id=caveats>\n";
  for (const auto& caveat : caveats) {
    out += "<li>" + escaped(caveat.text) +
           (caveat.remedy.empty() ? "" : "<span>" + escaped(caveat.remedy) + "</span>") + "</li>\n";
  }
  return out + "</ul>\n";
}

}  // namespace

std::string to_html(const Document& document) {
  Page page;
  const std::string answer = answer_html(document, page);
  Parts parts;
  for (const auto& section : document.sections) parts.add(section.title, page.blocks(section.blocks));
  parts.add("What to know before believing it", caveats_html(document.caveats));
  parts.add("Environment", page.blocks(document.environment));
  parts.add("How to reproduce", page.blocks(document.reproduce));

  const std::string style = html_page::style() + column_rules(page.most_columns());
  const std::string title = escaped(document.title);
  std::string out =
      "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
      "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src " +
      digest(style) + "; script-src " + digest(html_page::script) +
      "; base-uri 'none'; form-action 'none'\">\n<meta name=viewport "
      "content=\"width=device-width,initial-scale=1\">\n"
      "<meta name=referrer content=no-referrer>\n<meta name=color-scheme content=\"light dark\">\n"
      "<meta name=generator content=\"assay " +
      escaped(document.assay_version) + "\">\n<title>" + title + "</title>\n<style>" + style +
      "</style>\n</head>\n<body>\n<header>\n<p class=kind>Assay " + escaped(document.kind) +
      " report</p>\n<h1>" + title + "</h1>\n";
  if (!document.about.empty()) out += "<p class=about>" + escaped(document.about) + "</p>\n";
  out += "</header>\n<main>\n" + answer + parts.contents() + parts.text();
  return out + "</main>\n<footer>Written by assay " + escaped(document.assay_version) +
         ". This page holds all that it shows and loads nothing.</footer>\n<script>" + html_page::script +
         "</script>\n</body>\n</html>\n";
}

}  // namespace assay::reports

// SPDX-License-Identifier: Apache-2.0
#include "gui/app/pdf.h"

#include <QBuffer>
#include <QFile>
#include <QHashFunctions>
#include <QMarginsF>
#include <QPageSize>
#include <QPdfWriter>
#include <QSaveFile>
#include <algorithm>
#include <utility>
#include <vector>

#include "gui/app/paper.h"
#include "gui/view/scene_painter.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "reports/document/words.h"
#include "reports/render/json.h"
#include "reports/render/picture.h"

namespace assay::gui {

namespace {

using namespace reports;

constexpr std::size_t most_rows = 300;  // of a table
const QColor soft(0x57, 0x60, 0x6a);
const QColor card(0xf6, 0xf8, 0xfa);

/// Blocks one below the other; what is folded is kept for the end.
class Sheets {
 public:
  explicit Sheets(Paper& paper) : paper_(paper) {}

  /// \p first: what stands below it on the same sheet.
  void heading(const std::string& title, const std::vector<Block>& first = {}, int size = 13) {
    constexpr double own = 40, some_lines = 50;
    double below = some_lines;
    if (!first.empty()) {
      if (const auto* picture = std::get_if<Picture>(&first.front().form))
        below = height_of(drawn(*picture, sheet));
    }
    paper_.advance(paper_.y() > 60 ? 14 : 0);
    paper_.keep(own + below);
    paper_.text(title, {size, true}, 0, 6);
  }
  void blocks(const std::vector<Block>& all) {
    for (const Block& block : all) std::visit(*this, block.form);
  }
  void details() {
    if (folded_.empty()) return;
    heading("Details");
    for (std::size_t i = 0; i < folded_.size(); ++i) {  // details may hold details
      const Folded* const one = folded_[i];
      heading(one->summary, one->blocks, 10);
      blocks(one->blocks);
    }
  }

  void operator()(const Paragraph& paragraph) {
    paper_.text(paragraph.text, {9, false, false, tone_ink(paragraph.tone)}, 0, 6);
  }
  void operator()(const List& list) {
    for (const auto& item : list.items) bullet(item);
    paper_.advance(4);
  }
  void operator()(const Code& code) {
    for (const auto& line : code.lines) paper_.text(line, {8, false, true}, 10, 2);
    paper_.advance(6);
  }
  void operator()(const Table& table) { draw_table(paper_, table, most_rows); }
  void operator()(const Picture& picture) {
    const chart::Scene scene = drawn(picture, sheet);
    const double scale = height_of(scene) / scene.height;
    paper_.keep(height_of(scene));
    QPainter& painter = paper_.painter();
    painter.save();
    painter.translate(paper_.left(), paper_.y());
    painter.scale(scale, scale);
    paint_scene(painter, scene, chart::Theme::light);
    painter.restore();
    paper_.advance(scene.height * scale + 8);
  }
  void operator()(const Folded& folded) {
    folded_.push_back(&folded);
    paper_.text(folded.summary + ": see Details", {8, false, false, soft}, 0, 6);
  }

 private:
  static constexpr chart::Canvas sheet{680, 300};

  double height_of(const chart::Scene& scene) const {
    return std::min(scene.height * paper_.width() / scene.width, paper_.whole());
  }
  void bullet(const std::string& item) {
    const double y = paper_.y();
    const int page = paper_.page();
    paper_.text(item, {9}, 12, 3);
    // The text may have begun a sheet: its mark stands where it began, or at the top.
    const Lines mark("\xE2\x80\xA2", {9, false, false, soft}, 12);
    if (page == paper_.page()) mark.draw(paper_.painter(), paper_.left() + 2, y);
  }

  Paper& paper_;
  std::vector<const Folded*> folded_;
};

/// The answer in a box with a bar in its tone; the box is whole.
void draw_answer(Paper& paper, const Document& document) {
  if (document.answer.empty() && document.sentences.empty()) return;
  constexpr double pad = 12;
  const double inner = paper.width() - 2 * pad;
  std::vector<std::pair<Lines, double>> lines;  // with what follows
  lines.emplace_back(Lines(document.answer, {12, true}, inner), 4);
  for (const auto& sentence : document.sentences)
    lines.emplace_back(Lines("\xE2\x80\xA2 " + sentence, {9}, inner), 2);
  if (const std::size_t number = document.caveats.size(); number > 0)
    lines.emplace_back(Lines(counted(number, "thing") + " to know before believing it: see below",
                             {9, false, false, tone_ink(Tone::warning)}, inner),
                       0);
  double height = 2 * pad - 4;
  for (const auto& [text, after] : lines) height += text.height() + after;
  paper.keep(height);
  QPainter& painter = paper.painter();
  painter.fillRect(QRectF(paper.left(), paper.y(), paper.width(), height), card);
  painter.fillRect(QRectF(paper.left(), paper.y(), 4, height),
                   document.tone == Tone::plain ? soft : tone_ink(document.tone));
  double y = paper.y() + pad;
  for (const auto& [text, after] : lines) {
    text.draw(painter, paper.left() + pad, y);
    y += text.height() + after;
  }
  paper.advance(height + 10);
}

/// Some boxes side by side.
void draw_figures(Paper& paper, const std::vector<Figure>& figures) {
  constexpr std::size_t most_in_a_row = 5;
  constexpr double gap = 6, pad = 7;
  for (std::size_t from = 0; from < figures.size(); from += most_in_a_row) {
    const std::size_t count = std::min(most_in_a_row, figures.size() - from);
    const double width = (paper.width() - gap * static_cast<double>(count - 1)) / static_cast<double>(count);
    std::vector<std::vector<Lines>> boxes;
    double height = 0;
    for (std::size_t i = from; i < from + count; ++i) {
      const Figure& figure = figures[i];
      const auto* absent = std::get_if<Absent>(&figure.cell.value);
      const double inner = width - 2 * pad;
      auto& box = boxes.emplace_back();
      box.emplace_back(figure.label, TextStyle{7, false, false, soft}, inner);
      box.emplace_back(absent != nullptr ? "not known" : cell_text(figure.cell),
                       TextStyle{12, true, false, tone_ink(figure.cell.tone)}, inner);
      box.emplace_back(absent != nullptr ? absent->reason : figure.note, TextStyle{7, false, false, soft},
                       inner);
      double own = 2 * pad;
      for (const Lines& one : box) own += one.height() + 1;
      height = std::max(height, own);
    }
    paper.keep(height);
    double x = paper.left();
    for (const auto& box : boxes) {
      paper.painter().setPen(QPen(QColor(0xd8, 0xdd, 0xe3), 0.75));
      paper.painter().setBrush(Qt::NoBrush);
      paper.painter().drawRect(QRectF(x, paper.y(), width, height));
      double y = paper.y() + pad;
      for (const Lines& one : box) {
        one.draw(paper.painter(), x + pad, y);
        y += one.height() + 1;
      }
      x += width + gap;
    }
    paper.advance(height + gap);
  }
}

void draw_caveats(Paper& paper, Sheets& sheets, const std::vector<Caveat>& caveats) {
  if (caveats.empty()) return;
  sheets.heading("What to know before believing it");
  for (const Caveat& one : caveats) {
    const Lines text(one.text, {9}, paper.width() - 12);
    const Lines remedy(one.remedy, {8, false, false, soft}, paper.width() - 12);
    const double height = text.height() + (one.remedy.empty() ? 0 : remedy.height());
    paper.keep(height);
    paper.painter().fillRect(QRectF(paper.left(), paper.y(), 2.5, height), tone_ink(Tone::warning));
    text.draw(paper.painter(), paper.left() + 10, paper.y());
    remedy.draw(paper.painter(), paper.left() + 10, paper.y() + text.height());
    paper.advance(height + 6);
  }
}

/// \return how many sheets it takes.
int draw(const Document& document, QPdfWriter& writer, int pages) {
  Paper paper(writer, document.title, pages);
  Sheets sheets(paper);
  std::string kind = document.kind;
  for (char& c : kind) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  paper.text("ASSAY " + kind + " REPORT", {7, true, false, soft}, 0, 2);
  paper.text(document.title, {18, true}, 0, 2);
  paper.text(document.about, {8, false, false, soft}, 0, 10);
  draw_answer(paper, document);
  draw_figures(paper, document.figures);
  for (const Section& section : document.sections) {
    sheets.heading(section.title, section.blocks);
    sheets.blocks(section.blocks);
  }
  draw_caveats(paper, sheets, document.caveats);
  if (!document.environment.empty()) sheets.heading("Environment");
  sheets.blocks(document.environment);
  if (!document.reproduce.empty()) sheets.heading("How to reproduce");
  sheets.blocks(document.reproduce);
  sheets.details();
  return paper.page();
}

/// Qt writes the time and random identifiers: in their places, in as many bytes, go 1970 and zeros.
void settle(QByteArray& bytes) {
  const QByteArray epoch = "19700101000000";
  const QByteArray date = "/CreationDate (D:";
  const qsizetype at = bytes.lastIndexOf(date);
  if (at >= 0) bytes.replace(at + date.size(), epoch.size(), epoch);
  const qsizetype id = bytes.lastIndexOf("/ID [");
  for (qsizetype i = id < 0 ? bytes.size() : id + 5; i < bytes.size() && bytes[i] != ']'; ++i) {
    const char c = bytes[i];
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) bytes[i] = '0';
  }
}

QByteArray once(const Document& document, int pages, int& made) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  {
    QPdfWriter writer(&buffer);
    writer.setResolution(720);
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    writer.setTitle(QString::fromStdString(printable(document.title, 200)));
    writer.setCreator(QString::fromStdString("assay " + printable(document.assay_version, 40)));
    made = draw(document, writer, pages);
  }
  return bytes;
}

}  // namespace

QByteArray pdf(const Document& document) {
  QHashSeed::setDeterministicGlobalSeed();  // fonts are written in the order of a hash
  int pages = 0;
  (void)once(document, 0, pages);
  QByteArray bytes = once(document, pages, pages);
  settle(bytes);
  if (!bytes.startsWith("%PDF"))
    throw Error(ErrorCode::internal, "Qt made no PDF", "write --html and print it from a browser");
  return bytes;
}

void render(const std::string& from, const std::string& to) {
  QFile file(QFile::decodeName(QByteArray::fromStdString(from)));
  if (!file.open(QIODevice::ReadOnly))
    throw Error(ErrorCode::bad_input, printable(from) + " cannot be read",
                "name a file that 'assay report --json' wrote");
  const QByteArray json = file.readAll();
  const QByteArray bytes = pdf(from_json({json.constData(), static_cast<std::size_t>(json.size())}, from));
  QSaveFile out(QFile::decodeName(QByteArray::fromStdString(to)));
  if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size() || !out.commit())
    throw Error(ErrorCode::io, printable(to) + " cannot be written",
                "name a file in a folder that you can write");
}

}  // namespace assay::gui

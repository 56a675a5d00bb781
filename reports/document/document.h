// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reports/chart/bars.h"
#include "reports/chart/ecdf.h"
#include "reports/chart/lines.h"
#include "reports/chart/scatter.h"

/// What people read, before it takes a form (reports/render): an answer, figures, tables, pictures, caveats.
/// Texts are plain: they come from databases and other programs, and every form escapes them. Values stay
/// values: a form decides how a number, its unit and its interval are written, and how large a picture is.
namespace assay::reports {

enum class Tone : unsigned char { plain, good, bad, warning };

/// What is copied as it stands: a case, a commit, a command.
struct Name {
  std::string text;
};

/// A verdict or a status: one word or a few, in its cell's tone.
struct Word {
  std::string text;
};

/// A measured or counted value, as it is stored; words.h says how units are read.
struct Number {
  double value = 0;  ///< finite
  std::string unit =
      {};  ///< "ns", "byte", "ratio", "count", "rows/s", "J", "EUR", "x" (times), "change" (as "x")
  std::optional<double> low = {};  ///< of its interval; both or none
  std::optional<double> high = {};
};

/// Missing is not zero; `reason` may be empty.
struct Absent {
  std::string reason;
};

using Value = std::variant<std::string, Name, Word, Number, Absent>;

struct Cell {
  Value value;
  Tone tone = Tone::plain;
};

struct Paragraph {
  std::string text;
  Tone tone = Tone::plain;
};

struct List {
  std::vector<std::string> items;
};

/// Commands, to be copied line by line.
struct Code {
  std::vector<std::string> lines;
};

struct Column {
  std::string title;
  bool number = false;  ///< aligned right
  bool key = false;     ///< says what its row is about: a case, a commit
};

struct Table {
  std::string title;  ///< says what it shows, for who cannot see where it stands; never empty
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  ///< each as long as `columns`
};

/// A chart as data: its form draws it. Its description says it in a sentence.
using Picture = std::variant<chart::BarChart, chart::LineChart, chart::EcdfChart, chart::ScatterChart>;

struct Block;

/// What is there and not in the way.
struct Folded {
  std::string summary;
  std::vector<Block> blocks;
};

struct Block {
  std::variant<Paragraph, List, Code, Table, Picture, Folded> form;
};

struct Section {
  std::string title;
  std::vector<Block> blocks;
};

/// One of the few figures that stand large below the answer.
struct Figure {
  std::string label;
  Cell cell;
  std::string note;  ///< "of 25 cases"; may be empty
};

/// What a reader must know before he believes it.
struct Caveat {
  std::string code;  ///< stable, lower case: "contended"
  std::string text;
  std::string remedy;  ///< may be empty
};

/// Every report has this order, and every form keeps it; what is empty is left out.
struct Document {
  std::string kind;  ///< "run", "compare", "history", "gate", "hardware"
  std::string title;
  std::string about;                   ///< one line: which runs, when, where
  std::string answer;                  ///< what happened, in a sentence
  Tone tone = Tone::plain;             ///< of the answer
  std::vector<std::string> sentences;  ///< more of the answer
  std::vector<Figure> figures;
  std::vector<Section> sections;
  std::vector<Caveat> caveats;
  std::vector<Block> environment;
  std::vector<Block> reproduce;
  std::string assay_version;
};

}  // namespace assay::reports

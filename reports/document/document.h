// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

/// What people read, before it takes a form (reports/render): headings, sentences, tables, parts that are
/// folded. Texts are plain: they come from databases and other programs, and every form escapes them.
namespace assay::reports {

enum class Tone { plain, good, bad, warning };

struct Heading {
  int level = 1;
  std::string text;
};

struct Paragraph {
  std::string text;
  Tone tone = Tone::plain;
};

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
  bool code = false;  ///< a name to be copied: a case, a command
};

struct Table {
  struct Column {
    std::string title;
    bool number = false;  ///< aligned right
  };
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  ///< each as long as `columns`
};

struct Code {
  std::string text;  ///< lines to be copied: commands
};

struct Folded;
using Block = std::variant<Heading, Paragraph, Table, Code, std::shared_ptr<const Folded>>;

/// What is there and not in the way.
struct Folded {
  std::string summary;
  std::vector<Block> blocks;
};

struct Document {
  std::string title;
  std::vector<Block> blocks;
};

}  // namespace assay::reports

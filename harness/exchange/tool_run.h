// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/core/commit.h"
#include "harness/core/probe.h"
#include "harness/exchange/tool_json.h"
#include "harness/exchange/tool_result.h"

/// Results that other tools have written, for `assay import`. Nothing here opens a file.
namespace assay {

/// What is imported: a file's bytes, or the files of a folder.
struct ToolSource {
  std::string where;               ///< as it was named, for errors
  std::string stem;                ///< of the file's name: for formats that name nothing
  std::string text;                ///< a file's; empty of a folder
  std::vector<std::string> files;  ///< of a folder: paths in it, sorted, '/' between
  std::function<std::string(const std::string&)> read_file;  ///< one of a folder's, or beside the file
  std::int64_t modified_utc_ms = 0;                          ///< the newest of its files

  /// The text as JSON: parsed once, behind what some writers put before it (comments of perf, the assignment
  /// of a data.js). Null where it begins like none. \throws as ToolJson where it begins so and is none.
  const ToolJson* json(const std::string& format = "JSON") const;

 private:
  mutable std::shared_ptr<ToolJson> json_;
};

/// One execution of a suite, as its tool tells of it.
struct ToolRun {
  std::string program;  ///< what was measured; empty: the tool names none
  std::string version;  ///< of the tool
  std::string compiler;
  std::string command;
  std::optional<std::int64_t> started_utc_ms;  ///< empty: the file says none
  std::string host_name;
  std::map<std::string, std::string> host_class;   ///< of these the tool names: harness/run/README.md
  std::map<std::string, std::string> environment;  ///< what else it says of the run: every field
  std::optional<Commit> commit;                    ///< as far as the file says
  std::vector<ToolResult> results;                 ///< of one name: one launch after the other
  std::string_view identity;                       ///< bytes of the source that are this run; empty: all
};

/// A format that `assay import` reads.
struct ImportFormat {
  std::string name;    ///< as --format takes it
  std::string family;  ///< of its cases: the folder here
  std::string what;    ///< one line for `assay list formats`
  Probe probe;         ///< absent where its library is
  /// Whether the source is of this format: looks at names of fields, not at values. Throws nothing but what
  /// ToolSource::json does.
  bool (*recognise)(const ToolSource&);
  /// \throws Error{bad_input}: format, byte (or line) and what is wrong there.
  std::vector<ToolRun> (*read)(const ToolSource&);
};

/// All of them, the most telling first: the first that recognises a source reads it. A new one is a folder
/// with its read.cpp, a declaration in import_formats.cpp, and a row there.
const std::vector<ImportFormat>& import_formats();

}  // namespace assay

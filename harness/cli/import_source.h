// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/exchange/tool_run.h"

namespace assay::cli {

/// A file or folder for `assay import`, read. A file of ours (`export --format assay`) is left where it is.
struct ImportSource {
  std::string path;                      ///< as it was given, or of a file in a folder that was given
  bool own = false;                      ///< it is ours; a file's text is not read
  std::unique_ptr<ToolSource> source;    ///< never null
  const ImportFormat* format = nullptr;  ///< null: it is ours
};

/// What `path` names, each with its format: one, or the files of a folder that is none by itself, those
/// within its folders too. Files there that no format knows are `left_out`. `-`: standard input. `format`:
/// its name; empty: by the content. \throws Error{bad_input} where the path cannot be read or is of no
/// format, Error{usage} on a format that is not there, Error{unavailable} on one whose library is not.
std::vector<ImportSource> open_import(const std::string& path, const std::string& format,
                                      std::vector<std::string>& left_out);

}  // namespace assay::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/core/run.h"

namespace assay {

/// Lines of source beside machine code, files read once. None where the file here is not what was compiled:
/// of another host, changed since the run began, or no file of text at all (a database from elsewhere names
/// what it likes). What they hold is not cleaned.
class SourceText {
 public:
  /// `here`: the name of this host.
  SourceText(const Run& run, const std::string& here);

  /// "" where there is none.
  const std::string& line(const std::string& file, int number);
  /// Of each file that was asked for and is not shown: "there is no such file here".
  std::map<std::string, std::string> missing() const;

 private:
  struct File {
    std::vector<std::string> lines{};
    std::string why_not{};
  };
  std::string why_not(const std::string& file) const;

  std::int64_t started_utc_ms_;
  bool is_here_;
  std::map<std::string, File> files_;
};

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace assay::callgrind {

inline constexpr const char* dump_name = "assay";  ///< CALLGRIND_DUMP_STATS_AT in harness/core/region.h

/// What was executed at one address, in this dump.
struct Executed {
  double count = 0;
  int line = 0;
  std::uint64_t target = 0;  ///< of the jump most often taken; 0: none was
  double taken = 0;
};

/// (object, function) -> address -> what was executed there, and the function's source file.
struct Function {
  std::string source;
  std::map<std::uint64_t, Executed> at;
  void add(const Function& other);  ///< of another process of the same program
};
using Functions = std::map<std::pair<std::string, std::string>, Function>;

/// One dump of the callgrind profile format (valgrind manual, "Callgrind Format Specification").
struct Dump {
  bool ours = false;                     ///< a region marker asked for it
  std::map<std::string, double> totals;  ///< by column of `events:`; in the file trailing zeros are left out
  std::string creator;
  Functions functions;  ///< read on demand; empty without --dump-instr=yes

  /// Empty when a column is missing.
  std::optional<double> sum(const std::vector<std::string>& columns) const;
};

/// \p with_functions: the costs of every address too, a hundred times as much to read.
Dump read_dump(const std::filesystem::path& file, bool with_functions);

}  // namespace assay::callgrind

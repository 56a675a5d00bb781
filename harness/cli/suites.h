// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace assay::cli {

/// A suite: a data file (share/assay/suites/NAME.toml, or any path that ends in .toml).
struct Suite {
  std::string name;
  std::string description;
  std::vector<std::string> selectors;
  std::vector<std::string> collect_if_here;  ///< collectors beside the asked ones, where they can be had
  std::map<std::string, std::string>
      settings;  ///< "run.launches" -> "6": below flags, environment and settings files
};

/// \throws Error{usage} naming the suites that exist; Error{bad_input} with file and line on a broken one.
Suite load_suite(const std::string& name_or_path);
std::vector<Suite> list_suites();

}  // namespace assay::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace assay::cli {

/// What a kind of buyer needs, as data: share/assay/suites/buyers/NAME.require.toml and, where tasks weigh
/// differently, NAME.weights.toml beside it.
struct Scenario {
  std::string name;
  std::string requirements;  ///< path
  std::string weights;       ///< path; empty: there is none
};

/// By name.
std::vector<Scenario> list_scenarios();
/// \throws Error{usage} naming those that exist.
Scenario find_scenario(const std::string& name);

/// The whole text of a file that a flag names. \throws Error{bad_input} where it cannot be read.
std::string read_text(const std::string& path);

}  // namespace assay::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace assay::inputs {

/// One --input: "vision=photo.jpg" or "dataframe=flights.csv:key=carrier,v1=distance".
struct InputOption {
  std::string family;                        ///< "vision"
  std::string path;                          ///< as written
  std::map<std::string, std::string> roles;  ///< role -> column; empty for images

  friend bool operator==(const InputOption&, const InputOption&) = default;
};

/// Roles begin after the last ':' that is followed by a '='; a path may hold ':' and '=' otherwise. %XX in a
/// column's name stands for that byte (%2C for a comma). \throws Error{usage} that shows the text and the
/// form.
InputOption parse_input_option(std::string_view text);

}  // namespace assay::inputs

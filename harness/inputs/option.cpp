// SPDX-License-Identifier: Apache-2.0
#include "harness/inputs/option.h"

#include <algorithm>

#include "harness/core/case.h"
#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::inputs {

namespace {

Error malformed(std::string_view text, const std::string& what) {
  return {ErrorCode::usage, "--input '" + printable(text, 400) + "': " + what,
          "write FAMILY=FILE, and for a table FAMILY=FILE:ROLE=COLUMN,ROLE=COLUMN: vision=photo.jpg, "
          "dataframe=flights.csv:key=carrier,v1=distance"};
}

}  // namespace

InputOption parse_input_option(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) throw malformed(text, "it names no family");
  InputOption option;
  option.family = text.substr(0, equals);
  std::string_view rest = text.substr(equals + 1);
  const auto colon = rest.rfind(':');
  if (colon != std::string_view::npos && rest.find('=', colon) != std::string_view::npos &&
      rest.find('/', colon) == std::string_view::npos) {
    std::string_view roles = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    while (true) {
      const auto comma = std::min(roles.find(','), roles.size());
      const std::string_view item = roles.substr(0, comma);
      const auto split = item.find('=');
      if (split == std::string_view::npos || split == 0 || split + 1 == item.size()) {
        throw malformed(text, "'" + printable(item, 80) + "' is not ROLE=COLUMN");
      }
      const auto [at, added] =
          option.roles.emplace(item.substr(0, split), percent_decode(item.substr(split + 1)));
      if (!added) throw malformed(text, "the role '" + printable(at->first, 80) + "' stands there twice");
      if (comma == roles.size()) break;
      roles.remove_prefix(comma + 1);
    }
  }
  if (rest.empty()) throw malformed(text, "it names no file");
  option.path = rest;
  return option;
}

}  // namespace assay::inputs

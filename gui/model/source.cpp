// SPDX-License-Identifier: Apache-2.0
#include "gui/model/source.h"

#include "harness/core/error.h"

namespace assay::gui {

std::optional<Problem> read_link(const std::string& text, Place& place) {
  try {
    place = parse_link(text);
    return std::nullopt;
  } catch (const Error& error) {
    return Problem{"", error.what(), error.remedy};
  }
}

}  // namespace assay::gui

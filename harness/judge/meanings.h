// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace assay {

/// A word that answers use, and what it means: stated here and nowhere else.
struct Meaning {
  std::string_view kind;  ///< "verdict", "fitness", "claim", "regression", "status", "state", "cause"
  std::string_view name;  ///< "slower"
  std::string_view text;
};

const std::vector<Meaning>& meanings();

}  // namespace assay

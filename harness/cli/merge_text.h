// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "harness/store/maintenance.h"

namespace assay::cli {

/// What `import` and `db merge` say about what they added.
std::string merge_text(const MergeReport& report);
nlohmann::ordered_json merge_json(const std::string& source, const MergeReport& report);

}  // namespace assay::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/store/maintenance.h"

namespace assay::cli {

/// What `import` and `db merge` say about what they added.
std::string merge_text(const MergeReport& report);

}  // namespace assay::cli

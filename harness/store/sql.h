// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace assay::store_detail {

/// A file of queries/ or schema/, embedded when Assay was built. `name` is the file's, without its extension.
struct SqlFile {
  std::string_view name;
  std::string_view text;
};

const std::vector<SqlFile>& queries();
const std::vector<SqlFile>& schema();  ///< in the order of their numbers; the first is number 1

}  // namespace assay::store_detail

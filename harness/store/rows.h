// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace assay::store_detail {

class Database;

/// The row number of a run. \throws Error{bad_input} when there is none with that id.
std::int64_t run_row(Database& database, const std::string& run_id);

}  // namespace assay::store_detail

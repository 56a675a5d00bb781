// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/store/store.h"

namespace assay::store_detail {

class Database;

/// The row number of a run. \throws Error{bad_input} when there is none with that id.
std::int64_t run_row(Database& database, const std::string& run_id);

/// The launches of these cases, whole, as Store::load_case() has them of one.
std::vector<Launch> load_cases(Database& database, const std::string& run_id, CaseRange cases);

}  // namespace assay::store_detail

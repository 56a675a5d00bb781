// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/store/sql.h"
#include "harness/store/sqlite.h"

namespace assay::store_detail {

/// Brings a writable database to the last of `steps` (step i makes version i + 1), each step in one
/// transaction; an empty file is made ours. Before an older database is changed, a copy
/// "<path>.v<version>.backup" is made beside it. A read-only database is only checked. \throws
/// Error{bad_input}: not ours, newer than `steps`, or older and not writable. Returns the backup's path,
/// empty when there was nothing to migrate.
std::string migrate(Database& database, const std::vector<SqlFile>& steps);

/// A database of the newest schema has all that `steps` make, each thing of its kind, and no trigger: a view
/// in a table's place may never end, a trigger may change what is stored. More tables, views and indexes may
/// be there. \throws Error{bad_input}.
void check_schema(Database& database, const std::vector<SqlFile>& steps);

/// A consistent copy of the whole database, even while others write it. \throws Error{io}.
void copy_database(Database& database, const std::string& target);

}  // namespace assay::store_detail

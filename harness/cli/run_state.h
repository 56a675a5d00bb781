// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay::cli {

/// The state of a run as people should read it: one that the database calls running was killed where its host
/// is this one, and no process measures into this database. It is then interrupted, and `assay run --resume`
/// takes it up.
std::string run_state(const std::string& stored, const std::string& host_name, const std::string& database);

}  // namespace assay::cli

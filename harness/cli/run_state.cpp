// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/run_state.h"

#include "harness/run/environment.h"
#include "harness/store/store.h"

namespace assay::cli {

std::string run_state(const std::string& stored, const std::string& host_name, const std::string& database) {
  const bool killed = stored == "running" && host_name == run::host_name() && !Store::in_progress(database);
  return killed ? "interrupted" : stored;
}

}  // namespace assay::cli

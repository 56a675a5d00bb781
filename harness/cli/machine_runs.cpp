// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/machine_runs.h"

namespace assay::cli {

std::string newest_run(const Store& store, const Machine& machine, bool other) {
  for (const auto& summary : store.list_runs()) {  // the newest is first
    const bool wanted = summary.state == "complete" && (summary.suite == roofline_suite) != other;
    if (wanted && summary.host_name == machine.name && summary.host_class_id == machine.class_id)
      return summary.id;
  }
  return "";
}

}  // namespace assay::cli

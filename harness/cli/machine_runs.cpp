// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/machine_runs.h"

#include <algorithm>

namespace assay::cli {

std::string newest_run(const Store& store, const Machine& machine, bool other) {
  for (const auto& summary : store.list_runs()) {  // the newest is first
    const bool wanted = summary.state == "complete" && (summary.suite == roofline_suite) != other;
    if (wanted && summary.host_name == machine.name && summary.host_class_id == machine.class_id)
      return summary.id;
  }
  return "";
}

std::string newest_device_run(const Store& store, const Machine& machine, const std::string& device,
                              bool other) {
  for (const auto& summary : store.list_runs()) {
    if (summary.state != "complete" || summary.host_name != machine.name ||
        summary.host_class_id != machine.class_id)
      continue;
    const auto plan = store.load_run(summary.id).plan;
    const auto wanted = [&](const PlannedCase& one) {
      return one.value.device == device &&
             (other ? !one.value.workload.starts_with("roof.") : one.value.workload == "roof.mem");
    };
    if (std::any_of(plan.begin(), plan.end(), wanted)) return summary.id;
  }
  return "";
}

std::string board_of(const std::vector<LaunchSummary>& launches, const std::string& device) {
  for (const auto& summary : launches) {
    const auto& fingerprint = summary.launch.device.fingerprint;
    const auto found = fingerprint.find("uuid");
    if (summary.launch.device.name == device && found != fingerprint.end()) return found->second;
  }
  return "";
}

}  // namespace assay::cli

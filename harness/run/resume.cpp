// SPDX-License-Identifier: Apache-2.0
#include "harness/run/resume.h"

#include <fmt/format.h>

#include <map>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::run {

void check_resume(const Run& stored, const std::vector<LaunchSummary>& launches, const Host& here,
                  const std::vector<WorkerInfo>& workers) {
  if (stored.host.class_id() != here.class_id()) {
    throw Error(ErrorCode::bad_input,
                fmt::format("run {} was measured on host class {}, this is {}", stored.id,
                            printable(stored.host.class_id()), printable(here.class_id())),
                "go on where it began (with the same CPUs allowed), or start a new run here");
  }
  std::map<std::string, const WorkerInfo*> by_id;
  for (const auto& worker : workers) by_id.emplace(worker.spec.id, &worker);
  std::map<std::int64_t, const PlannedCase*> plan;
  for (const auto& planned : stored.plan) plan[planned.ordinal] = &planned;
  for (const auto& summary : launches) {
    const Launch& launch = summary.launch;
    const auto planned = plan.find(launch.case_ordinal);
    if (planned == plan.end() || launch.status != Status::ok) continue;
    const auto worker = by_id.find(planned->second->worker);
    if (worker == by_id.end() || launch.subject == subject_of(*worker->second, planned->second->value))
      continue;
    throw Error(
        ErrorCode::bad_input,
        fmt::format("worker '{}' has changed since it measured run {}: one case would get launches of "
                    "two programs",
                    printable(planned->second->worker), stored.id),
        "start a new run, or go on with the worker as it was");
  }
}

}  // namespace assay::run

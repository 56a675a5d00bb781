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
  std::map<std::string, Subject> subjects;
  for (const auto& worker : workers) subjects.emplace(worker.spec.id, subject_of(worker));
  std::map<std::int64_t, const std::string*> worker_of;
  for (const auto& planned : stored.plan) worker_of[planned.ordinal] = &planned.worker;
  for (const auto& summary : launches) {
    const Launch& launch = summary.launch;
    const auto worker = worker_of.find(launch.case_ordinal);
    if (worker == worker_of.end() || launch.status != Status::ok) continue;
    const auto subject = subjects.find(*worker->second);
    if (subject == subjects.end() || launch.subject == subject->second) continue;
    throw Error(
        ErrorCode::bad_input,
        fmt::format("worker '{}' has changed since it measured run {}: one case would get launches of "
                    "two programs",
                    printable(*worker->second), stored.id),
        "start a new run, or go on with the worker as it was");
  }
}

}  // namespace assay::run

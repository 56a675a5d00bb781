// SPDX-License-Identifier: Apache-2.0
#include "harness/run/resume.h"

#include <fmt/format.h>

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
  for (const auto& planned : stored.plan) {
    for (const auto& worker : workers) {
      if (worker.spec.id != planned.worker) continue;
      for (const auto& summary : launches) {
        const Launch& launch = summary.launch;
        if (launch.case_ordinal != planned.ordinal || launch.status != Status::ok ||
            launch.subject == subject_of(worker)) {
          continue;
        }
        throw Error(ErrorCode::bad_input,
                    fmt::format("worker '{}' has changed since it measured run {}: one case would get "
                                "launches of two programs",
                                printable(planned.worker), stored.id),
                    "start a new run, or go on with the worker as it was");
      }
    }
  }
}

}  // namespace assay::run

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>

namespace assay::transport {

/// What the scheduler did with the threads that a process has now, since they began.
struct Scheduled {
  double ran_s = 0;
  double waited_s = 0;  ///< ready to run, without a CPU
};

/// From /proc/PID/task/*/schedstat; empty where the kernel does not tell (CONFIG_SCHED_INFO), or the process is
/// gone.
std::optional<Scheduled> scheduled_of(pid_t process);

}  // namespace assay::transport

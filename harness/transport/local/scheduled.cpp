// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/local/scheduled.h"

#include <filesystem>
#include <fstream>
#include <string>

namespace assay::transport {

std::optional<Scheduled> scheduled_of(pid_t process) {
  Scheduled sum;
  bool known = false;
  std::error_code error;
  const std::string tasks = "/proc/" + std::to_string(process) + "/task";
  for (std::filesystem::directory_iterator at(tasks, error), end; !error && at != end; at.increment(error)) {
    double ran_ns = 0;
    double waited_ns = 0;
    if (!(std::ifstream(at->path() / "schedstat") >> ran_ns >> waited_ns)) continue;
    sum.ran_s += ran_ns * 1e-9;
    sum.waited_s += waited_ns * 1e-9;
    known = true;
  }
  return known ? std::optional(sum) : std::nullopt;
}

}  // namespace assay::transport

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <string>
#include <vector>

namespace assay::adapters {

std::int64_t now_ns();  ///< CLOCK_MONOTONIC

/// One run of somebody else's program, from before its start until after its end.
struct Ended {
  std::int64_t start_ns = 0;  ///< as now_ns()
  std::int64_t end_ns = 0;
  rusage usage{};  ///< of it and of what it waited for
};

/// The file that argv[0] names, by PATH where it has no slash. \throws Error{unavailable} where there is
/// none that may be executed.
std::string find_program(const std::string& name);

/// Runs it with empty standard input, standard output into the file `output` (empty: nowhere), standard error
/// into ours, and waits. \throws Error{unavailable} when it cannot be started; Error{worker} when it ends
/// with another status than 0, or by a signal.
Ended run_program(const std::vector<std::string>& words, const std::string& output = {});

/// Sleeps, then spins: never earlier than `due_ns`, as now_ns() tells it.
void wait_until(std::int64_t due_ns);

/// This process, and what it starts, on these CPUs; none: where it is. \returns whether the system did so.
bool move_to(const std::vector<int>& cpus);

}  // namespace assay::adapters

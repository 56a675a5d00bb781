// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/core/collector.h"
#include "harness/core/device_span.h"

/// What both collectors on CUPTI share: the library that is sent into the measured process (inject.cpp), and
/// what it leaves in the launch's folder. Built and tested without a GPU.
namespace assay::cupti {

/// libexec/assay/assay-cupti.so beside this program.
std::string injected_library();

/// Whether the library, a driver and CUPTI are here; a GPU itself is asked for by devices, not here.
Probe probe();

/// The command with our library sent into it, twice: preloaded, for the markers of a worker's regions, and
/// named to the CUDA driver (CUDA_INJECTION64_PATH), which loads it as it is initialised, for programs
/// without markers. `metrics`: what CUPTI's range profiler counts, as inject.cpp has it; empty: activity.
Command inject(const Command& command, const std::string& directory, const std::string& metrics);
/// The same for the program behind a worker's words: by `env`, so that the worker itself is left alone.
Command inject_program(const Command& command, const std::string& directory, const std::string& metrics);

/// One line of what the library counted: a region, or a process. Numbers in the order that inject.cpp states.
using Counts = std::vector<double>;

/// The lines of the file `regions`, or of all files `process.*` added up (`width` numbers each); no value:
/// why not, with the state of that.
struct Counted {
  std::vector<Counts> lines;
  ReadingState state = ReadingState::ok;
  std::string reason;  ///< empty: `lines` are right
};
Counted regions_of(const std::string& directory, std::size_t expected, std::size_t width);
Counted processes_of(const std::string& directory, std::size_t width);

/// The records of the region of one call, since its beginning; of all processes, before their ends (each ends
/// at 0). Names of kernels are demangled. What is no record is left out.
std::vector<DeviceSpan> region_records(const std::string& directory);
std::vector<DeviceSpan> process_records(const std::string& directory);

/// Regions run before the two that count: modules are loaded in the first call, and memory is taken.
inline constexpr int rehearsals = 1;

}  // namespace assay::cupti

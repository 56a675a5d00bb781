// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/run.h"

namespace assay {

/// Launches of one case, with samples and hot spots, for formats that hold more than results.
struct CaseLaunches {
  std::string case_key;
  std::vector<Launch> launches;  ///< of any lane
};

/// A run's cases; paths in it as they are to be written.
struct LaunchDocument {
  std::string run;  ///< UUID
  std::vector<CaseLaunches> cases;
};

/// Chrome's trace event format, which Perfetto opens: a process a case, a row of phases for each launch and a
/// row of its samples below; a launch begins where it began in the run. A worker's clock is not the
/// orchestrator's: its samples are placed so that the last one ends with the phase `measure`. The regions of
/// a program are nested in a row for each of its threads. At most the last 10,000 samples, and as many
/// regions, a launch; `otherData.left_out` says so.
std::string to_chrome_trace(const LaunchDocument& document);

/// Callgrind's profile format, for KCachegrind: instructions of one call by function, address and line, of
/// the one case that has hot spots, rounded to whole ones. \throws Error{usage} where several have,
/// Error{unavailable} where none.
std::string to_callgrind(const LaunchDocument& document);

/// Collapsed stacks, for flame graphs: "case;object;function COUNT", instructions of one call.
std::string to_collapsed(const LaunchDocument& document);

/// pprof's profile.proto, gzip-compressed: a sample of one frame for each instruction (callers are not
/// stored), its value the instructions of one call, its label `case` the case. Addresses as linked. \throws
/// Error{unavailable} where no launch has hot spots.
std::string to_pprof(const LaunchDocument& document);

/// A format of launches that `assay export` writes.
struct LaunchFormat {
  std::string name;
  std::string what;
  std::string (*write)(const LaunchDocument&);
};

const std::vector<LaunchFormat>& launch_formats();

}  // namespace assay

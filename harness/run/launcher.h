// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/measure/repeats.h"
#include "harness/run/execute.h"
#include "harness/run/expected.h"
#include "harness/run/launch.h"

namespace assay::run {

/// The worker that the plan names. \throws Error{unavailable} when it is not here.
const WorkerInfo& worker_of(const Execution& execution, const PlannedCase& planned);

/// Whose `reference` makes the case's expected result: the planned worker, or, where that has none (a board),
/// the first of the run that has one for the workload in the same version. The planned one where nobody has.
const WorkerInfo& referee_of(const Execution& execution, const PlannedCase& planned);

/// Is the case of an emulated board (WorkerSpec::device)? Then it has no time: no launch of the timing lane
/// is planned, and its one of the exact lane is the emulator's.
bool is_emulated(const WorkerInfo& worker, const std::string& device);
bool is_emulated(const Execution& execution, const PlannedCase& planned);

/// Does the collector around a launch count this case?
bool counts(const std::string& collector, const Execution& execution, const PlannedCase& planned);

/// The collector around a launch that counts on emulated devices, where no other does.
inline constexpr const char* emulator_collector = "qemu";

/// Makes the launches of one run, and stores each as soon as it ends. What its launches so far say about the
/// worth of samples goes into the next.
class Launcher {
 public:
  /// Both outlive it. Of a run that is taken up, the stored launches are read.
  Launcher(const Execution& execution, Store& store);
  /// `lane`: "timing", or the name of one of the execution's collectors around. \throws what run_launch does.
  EndedLaunch launch(const PlannedCase& planned, int index, const std::string& lane);

 private:
  void learn(const PlannedCase& planned, const Launch& launch);
  LaunchRequest request_for(const PlannedCase& planned, int index, const std::string& lane) const;

  const Execution& execution_;
  Store& store_;
  ExpectedResults expected_;
  std::vector<std::string> inside_;  ///< collectors of the timing lane
  /// By case: of both sides of a trial together, so that no side's noise decides how it is sampled.
  std::map<std::string, std::vector<measure::LaunchCost>> costs_;
};

}  // namespace assay::run

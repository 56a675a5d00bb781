// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "harness/measure/rules.h"

namespace assay::run {

/// What bounds one launch. Every value is a setting ([limits] and [rules] in assay.toml, and a suite's),
/// stored with the run.
struct LaunchLimits {
  double start_s = 30;  ///< until `hello` is answered
  double prepare_s = 300;
  double verify_s = 300;
  double measure_s =
      120;  ///< one `measure` request, beyond the schedule of an open loop: one call takes less, or times out
  std::int64_t memory_bytes = 0;   ///< resident, of the worker's whole process tree; 0: 80 % of the machine's
  double warmup_s = 1.0;           ///< of warming up before the launch goes on unsettled (and says so)
  measure::StoppingRule stopping;  ///< when a launch has enough samples
};

}  // namespace assay::run

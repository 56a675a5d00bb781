// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "harness/cli/terminal.h"
#include "harness/run/execute.h"
#include "harness/trials/ab.h"
#include "harness/trials/calibrate.h"

namespace assay::cli {

/// What goes on while it is measured: a status line on a terminal, off one a line about every ten seconds.
/// Lost launches are told at once, with the end of their log.
class Reporter {
 public:
  explicit Reporter(const Terminal& terminal) : terminal_(terminal) {}

  run::Progress callbacks();  ///< they live no longer than this object
  void trial(const trials::AbProgress& at);
  void calibration(const trials::CalibrateProgress& at);

 private:
  void tell(const std::string& status, const std::string& line);

  const Terminal& terminal_;
  std::string last_log_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// What the first Ctrl-C is answered with; on a terminal the status line gives way.
std::string interrupt_note(const Terminal& terminal);

}  // namespace assay::cli

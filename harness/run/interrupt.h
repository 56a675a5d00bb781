// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay::run {

/// Ctrl-C, SIGTERM, and the terminal that closes (SIGHUP, unless it is ignored: nohup). The first asks to
/// stop, and is answered with `note` on standard error: the request in flight is finished, what was measured
/// is stored, the run is marked interrupted. The second ends the launch in flight at once.
///
/// It stands until what was measured is shown: a first signal that comes then changes nothing but the exit
/// code, and a second one ends the program (128 + the signal), which may wait for a reader.
class InterruptGuard {
 public:
  explicit InterruptGuard(std::string note);  ///< installs the handlers; one at a time
  ~InterruptGuard();                          ///< restores what was there
  void measuring_ended();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

/// 0, or the signal that asked to stop.
int interrupt_signal();

}  // namespace assay::run

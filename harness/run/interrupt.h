// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace assay::run {

/// Ctrl-C, SIGTERM, and the terminal that closes (SIGHUP, unless it is ignored: nohup). The first asks to
/// stop: the sample in progress is finished, what was measured is stored, the run is marked interrupted. The
/// second ends the launch in flight at once.
class InterruptGuard {
 public:
  InterruptGuard();   ///< installs the handlers
  ~InterruptGuard();  ///< restores what was there
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

/// 0, or the signal that asked to stop.
int interrupt_signal();

}  // namespace assay::run

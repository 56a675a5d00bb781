// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "harness/core/host.h"
#include "harness/core/sample.h"

namespace assay {

/// The clock of a device that is not the CPU, for the calls of one prepared instance. A sample's own time is
/// the host's: from submitting a call until its result is known to be there. What the device itself needed is
/// taken here, by running the call once more between two samples, so that neither time disturbs the other.
/// All calls on the thread that measures.
class Timer {
 public:
  virtual ~Timer() = default;

  /// What executes, as found when the instance was made.
  virtual const Device& device() const = 0;

  /// Displaces what the device's caches hold, and waits until that is done.
  virtual void evict() = 0;

  /// Runs the call with all its submissions queued beforehand and adds the time of one call by the device's
  /// clock to the track `time.device`. `cold`: evicts first and runs one call; else so many calls back to
  /// back that the clock's own cost is small against them.
  virtual void time(bool cold) = 0;

  /// Tracks since the last time this was asked (offsets on CLOCK_MONOTONIC, absolute ns).
  virtual std::vector<Track> take_tracks() = 0;
};

}  // namespace assay

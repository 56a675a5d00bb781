// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "harness/core/sample.h"

namespace assay::run {

/// Steady readings of a device's own time: of how many the device was held down by heat or power, of all.
struct HeldDown {
  std::size_t held = 0;
  std::size_t all = 0;
};

/// Readings of `time.device` at whose moment `device.held_down` is 1 go to the track
/// `time.device_held_down`, and steady samples of the host before which such a moment comes next to the track
/// `time.wall_held_down` (ns a call, where the sample began): kept, and in no figure. Warm-up stays. Of a
/// closed loop: a request of an open loop that found the device slow waited for it. Where nothing looked at
/// the device all stays as it is; also where nothing steady would be left, and then `held` is `all`. Pure.
HeldDown set_held_down_aside(std::vector<Track>& tracks, Samples& samples);

}  // namespace assay::run

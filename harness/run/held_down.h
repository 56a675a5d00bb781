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
/// `time.device_held_down`: kept, and in no figure of the device's time. Tracks without the latter stay as
/// they are. Pure.
HeldDown set_held_down_aside(std::vector<Track>& tracks, const Samples& samples);

}  // namespace assay::run

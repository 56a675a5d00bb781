// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/backends/nvml/library.h"
#include "harness/core/sample.h"

namespace assay::nvml {

/// Was the GPU slower than it is? Yes where the hardware (for heat, or whatever) or a brake of the power
/// supply holds it down; by the driver, for heat or power, only where that left less than 75 % of its highest
/// clock (nvbench's limit; 0: not known, then heat is enough): at the limits large GPUs work all day. A clock
/// that its owner has locked lower is none. Pure.
bool held_down(unsigned long long reasons, double clock_hz, double highest_hz);

/// Looks at clock and throttle reasons of one GPU after each reading of its own time: two tracks,
/// `device.clock` and `device.held_down` (1: it was). None where NVML, or the GPU among its, is not here.
class ThrottleWatch {
 public:
  /// Opens the driver's library for devices with a UUID of NVIDIA's; others are not watched.
  explicit ThrottleWatch(const Device& device, const std::string& library = library_name);
  void look(std::int64_t now_ns);
  std::vector<Track> take_tracks();

 private:
  Library library_;
  Handle board_ = nullptr;
  double highest_hz_ = 0;
  Track clock_;
  Track held_;
};

}  // namespace assay::nvml

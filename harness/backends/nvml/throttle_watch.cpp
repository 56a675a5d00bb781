// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/nvml/throttle_watch.h"

#include "harness/backends/taken_tracks.h"

namespace assay::nvml {

namespace {

constexpr double least_share = 0.75;

void add(Track& track, std::int64_t at_ns, double value) {
  track.offset_ns.push_back(at_ns);
  track.value.push_back(value);
}

}  // namespace

bool held_down(unsigned long long reasons, double clock_hz, double highest_hz) {
  if ((reasons & (hardware_heat | hardware_slowdown | power_brake)) != 0) return true;
  if (highest_hz <= 0) return (reasons & driver_heat) != 0;
  return (reasons & (driver_heat | power_limit)) != 0 && clock_hz < least_share * highest_hz;
}

ThrottleWatch::ThrottleWatch(const Device& device, const std::string& library) {
  clock_ = {"device.clock", "Hz", {}, {}};
  held_ = {"device.held_down", "ratio", {}, {}};
  const auto found = device.fingerprint.find("uuid");
  const std::string uuid = found == device.fingerprint.end() ? "" : found->second;
  if (!uuid.starts_with("GPU-") && !uuid.starts_with("MIG-")) return;
  library_ = open_library(library);
  if (!library_.probe.available || library_.call.clock == nullptr ||
      library_.call.throttle_reasons == nullptr)
    return;
  board_ = find_device(library_, device).board;
  unsigned mhz = 0;
  if (board_ != nullptr && library_.call.highest_clock != nullptr &&
      library_.call.highest_clock(board_, sm_clock, &mhz) == success) {
    highest_hz_ = mhz * 1e6;
  }
}

void ThrottleWatch::look(std::int64_t now_ns) {
  if (board_ == nullptr) return;
  unsigned mhz = 0;
  unsigned long long reasons = 0;
  if (library_.call.clock(board_, sm_clock, &mhz) != success ||
      library_.call.throttle_reasons(board_, &reasons) != success)
    return;  // what is not known is in no track
  add(clock_, now_ns, mhz * 1e6);
  add(held_, now_ns, held_down(reasons, mhz * 1e6, highest_hz_) ? 1 : 0);
}

std::vector<Track> ThrottleWatch::take_tracks() { return taken({&clock_, &held_}); }

}  // namespace assay::nvml

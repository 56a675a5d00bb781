// SPDX-License-Identifier: Apache-2.0
#include "harness/run/held_down.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace assay::run {

namespace {

Track* find(std::vector<Track>& tracks, const std::string& metric) {
  const auto found =
      std::find_if(tracks.begin(), tracks.end(), [&](const Track& track) { return track.metric == metric; });
  return found == tracks.end() ? nullptr : &*found;
}

}  // namespace

HeldDown set_held_down_aside(std::vector<Track>& tracks, const Samples& samples) {
  const Track* marks = find(tracks, "device.held_down");
  Track* times = find(tracks, "time.device");
  if (marks == nullptr || times == nullptr) return {};
  std::set<std::int64_t> moments;
  for (std::size_t i = 0; i < marks->value.size(); ++i) {
    if (marks->value[i] != 0) moments.insert(marks->offset_ns[i]);
  }
  Track kept{times->metric, times->unit, {}, {}};
  Track aside{"time.device_held_down", times->unit, {}, {}};
  for (std::size_t i = 0; i < times->value.size(); ++i) {
    Track& to = moments.contains(times->offset_ns[i]) ? aside : kept;
    to.offset_ns.push_back(times->offset_ns[i]);
    to.value.push_back(times->value[i]);
  }
  HeldDown seen;
  seen.held = steady_values(aside, samples).size();
  seen.all = seen.held + steady_values(kept, samples).size();
  *times = std::move(kept);
  if (!aside.value.empty()) tracks.push_back(std::move(aside));
  return seen;
}

}  // namespace assay::run

// SPDX-License-Identifier: Apache-2.0
#include "harness/run/held_down.h"

#include <algorithm>
#include <string>
#include <utility>

namespace assay::run {

namespace {

Track* find(std::vector<Track>& tracks, const std::string& metric) {
  const auto found =
      std::find_if(tracks.begin(), tracks.end(), [&](const Track& track) { return track.metric == metric; });
  return found == tracks.end() ? nullptr : &*found;
}

/// Whether the device was held down when it was looked at first after that moment; after the last look, then.
bool was_held(const Track& marks, std::int64_t moment) {
  const auto& looks = marks.offset_ns;
  auto next = static_cast<std::size_t>(std::lower_bound(looks.begin(), looks.end(), moment) - looks.begin());
  next = std::min(next, looks.size() - 1);
  return marks.value[next] != 0;
}

void move_readings(const Track& marks, Track& times, Track& aside) {
  Track kept{times.metric, times.unit, {}, {}};
  for (std::size_t i = 0; i < times.value.size(); ++i) {
    Track& to = was_held(marks, times.offset_ns[i]) ? aside : kept;
    to.offset_ns.push_back(times.offset_ns[i]);
    to.value.push_back(times.value[i]);
  }
  times = std::move(kept);
}

void move_samples(const Track& marks, Samples& samples, Track& aside) {
  const std::vector<double> calls = call_times_ns(samples, 0);
  std::size_t kept = samples.warmup;
  for (std::size_t i = samples.warmup; i < samples.size(); ++i) {
    if (was_held(marks, samples.end_ns[i])) {
      aside.offset_ns.push_back(samples.start_ns[i]);
      aside.value.push_back(calls[i]);
    } else {
      samples.start_ns[kept] = samples.start_ns[i];
      samples.end_ns[kept++] = samples.end_ns[i];
    }
  }
  samples.start_ns.resize(kept);
  samples.end_ns.resize(kept);
}

}  // namespace

HeldDown set_held_down_aside(std::vector<Track>& tracks, Samples& samples) {
  const Track* found = find(tracks, "device.held_down");
  Track* times = find(tracks, "time.device");
  if (found == nullptr || times == nullptr || found->value.empty()) return {};
  const Track marks = *found;
  Track device{"time.device_held_down", times->unit, {}, {}};
  Track host{"time.wall_held_down", "ns", {}, {}};
  Track steady = *times;
  move_readings(marks, steady, device);
  HeldDown seen;
  seen.held = steady_values(device, samples).size();
  seen.all = seen.held + steady_values(steady, samples).size();
  if (seen.held == 0) return seen;
  Samples left = samples;
  move_samples(marks, left, host);
  if (left.size() == left.warmup) seen.held = seen.all;
  if (seen.held == seen.all) return seen;
  *times = std::move(steady);
  samples = std::move(left);
  for (Track* aside : {&device, &host}) {
    if (!aside->value.empty()) tracks.push_back(std::move(*aside));
  }
  return seen;
}

}  // namespace assay::run

// SPDX-License-Identifier: Apache-2.0
#include "harness/core/device_span.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "harness/core/region_span.h"

namespace assay {

namespace {

constexpr std::string_view source = "gpu.";
constexpr const char* streams = "gpu:streams";
constexpr const char* correlations = "gpu:correlations";

std::string path_of(const DeviceSpan& span) { return region_path(region_path("", span.kind), span.name); }

/// By end, then by track: an order that a launch's tracks keep. \p paths is in the spans' order.
template <typename Each>
void in_order(const std::vector<DeviceSpan>& spans, const std::vector<std::string>& paths, const Each& each) {
  std::vector<std::size_t> order(spans.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(spans[a].end_ns, paths[a]) < std::tie(spans[b].end_ns, paths[b]);
  });
  for (const std::size_t i : order) each(i);
}

void add(Track& track, std::int64_t offset_ns, double value) {
  track.offset_ns.push_back(offset_ns);
  track.value.push_back(value);
}

const Track* find(const std::vector<Track>& tracks, const char* metric) {
  const auto found =
      std::find_if(tracks.begin(), tracks.end(), [&](const Track& track) { return track.metric == metric; });
  return found == tracks.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Track> device_tracks(std::vector<DeviceSpan> spans) {
  if (spans.empty()) return {};
  std::vector<std::string> paths;
  for (const auto& span : spans) paths.push_back(path_of(span));
  std::map<std::string, Track> by_path;
  Track stream{streams, naming_unit, {}, {}};
  Track correlation{correlations, naming_unit, {}, {}};
  in_order(spans, paths, [&](std::size_t i) {
    const DeviceSpan& span = spans[i];
    add(by_path[paths[i]], span.end_ns, static_cast<double>(span.end_ns - span.start_ns));
    add(stream, span.end_ns, static_cast<double>(span.stream));
    add(correlation, span.end_ns, static_cast<double>(span.correlation));
  });
  std::vector<Track> tracks;
  for (auto& [path, track] : by_path) {
    track.metric = std::string(source) + path;
    track.unit = "ns";
    tracks.push_back(std::move(track));
  }
  tracks.push_back(std::move(stream));
  tracks.push_back(std::move(correlation));
  return tracks;
}

std::vector<DeviceSpan> device_spans(const std::vector<Track>& tracks) {
  std::vector<DeviceSpan> found;
  std::vector<std::string> paths;
  for (const auto& track : tracks) {
    if (!track.metric.starts_with(source)) continue;
    const std::string path = track.metric.substr(source.size());
    const auto slash = path.find('/');
    if (slash == std::string::npos) continue;  // somebody else's metric
    for (std::size_t i = 0; i < track.value.size(); ++i) {
      const std::int64_t end = track.offset_ns[i];
      found.push_back({path.substr(0, slash), path.substr(slash + 1), 0, 0,
                       end - static_cast<std::int64_t>(std::llround(track.value[i])), end});
      paths.push_back(path);
    }
  }
  const Track* stream = find(tracks, streams);
  const Track* correlation = find(tracks, correlations);
  const auto told = [&](const Track* track) {
    return track != nullptr && track->value.size() == found.size();
  };
  std::vector<DeviceSpan> spans;
  in_order(found, paths, [&](std::size_t i) {
    const std::size_t at = spans.size();
    spans.push_back(found[i]);
    if (told(stream)) spans.back().stream = static_cast<std::int64_t>(stream->value[at]);
    if (told(correlation)) spans.back().correlation = static_cast<std::int64_t>(correlation->value[at]);
  });
  return spans;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "harness/core/region_span.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "harness/core/text.h"

namespace assay {

namespace {

constexpr std::string_view region_source = "regions.";

void put_in_order(std::vector<RegionSpan>& spans) {
  std::stable_sort(spans.begin(), spans.end(), [](const RegionSpan& a, const RegionSpan& b) {
    return std::tie(a.end_ns, a.path) < std::tie(b.end_ns, b.path);
  });
}

}  // namespace

std::string region_path(const std::string& outer, std::string_view name) {
  static constexpr char digits[] = "0123456789ABCDEF";
  const bool readable = printable(name, name.size() + 1) == name;
  std::string path = outer.empty() ? "" : outer + "/";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '/' || c == '%' || (!readable && (byte < 0x20 || byte > 0x7e))) {
      path += {'%', digits[byte >> 4], digits[byte & 15]};
    } else {
      path += c;
    }
  }
  return name.empty() ? path + "%" : path;
}

std::vector<Track> region_tracks(std::vector<RegionSpan> spans) {
  if (spans.empty()) return {};
  put_in_order(spans);
  std::map<std::string, Track> by_path;
  Track threads{region_threads, naming_unit, {}, {}};
  for (const auto& span : spans) {
    Track& track = by_path[span.path];
    track.offset_ns.push_back(span.end_ns);
    track.value.push_back(static_cast<double>(span.end_ns - span.start_ns));
    threads.offset_ns.push_back(span.end_ns);
    threads.value.push_back(span.thread);
  }
  std::vector<Track> tracks;
  for (auto& [path, track] : by_path) {
    track.metric = std::string(region_source) + path;
    track.unit = "ns";
    tracks.push_back(std::move(track));
  }
  tracks.push_back(std::move(threads));
  return tracks;
}

bool is_naming(const std::string& unit) { return unit == naming_unit; }

std::vector<RegionSpan> region_spans(const std::vector<Track>& tracks) {
  std::vector<RegionSpan> spans;
  const Track* threads = nullptr;
  for (const auto& track : tracks) {
    if (track.metric == region_threads) threads = &track;
    if (!track.metric.starts_with(region_source)) continue;
    for (std::size_t i = 0; i < track.value.size(); ++i) {
      const std::int64_t end = track.offset_ns[i];
      spans.push_back({track.metric.substr(region_source.size()), 0,
                       end - static_cast<std::int64_t>(track.value[i]), end});
    }
  }
  put_in_order(spans);
  if (threads == nullptr || threads->value.size() != spans.size()) return spans;
  for (std::size_t i = 0; i < spans.size(); ++i) spans[i].thread = static_cast<int>(threads->value[i]);
  return spans;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "harness/core/region_span.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace assay;

namespace {

const Track* find(const std::vector<Track>& tracks, const std::string& metric) {
  for (const auto& track : tracks) {
    if (track.metric == metric) return &track;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("a path is unambiguous, and readable where the names are") {
  CHECK(region_path("", "solve") == "solve");
  CHECK(region_path("solve", "step 2") == "solve/step 2");
  CHECK(region_path("", "a/b") == "a%2Fb");
  CHECK(region_path("a", "b") != region_path("", "a/b"));
  CHECK(region_path("", "50 %") == "50 %25");
  CHECK(region_path("", "") == "%");
  CHECK(region_path("", "Größe") == "Größe");
  CHECK(region_path("", "a\x1b[31m") == "a%1B[31m");
  CHECK(region_path("", "\xff") == "%FF");
}

TEST_CASE("spans survive being kept as tracks, with thread and nesting") {
  const std::vector<RegionSpan> spans{{"outer/inner", 1, 10, 20},
                                      {"outer/inner", 1, 30, 40},
                                      {"job", 2, 5, 40},
                                      {"outer", 1, 0, 50},
                                      {"outer/inner", 3, 0, 40}};
  const auto tracks = region_tracks(spans);
  REQUIRE(tracks.size() == 4);
  const Track* inner = find(tracks, "regions.outer/inner");
  REQUIRE(inner != nullptr);
  CHECK(inner->unit == "ns");
  CHECK(inner->offset_ns == std::vector<std::int64_t>{20, 40, 40});
  CHECK(inner->value == std::vector<double>{10, 10, 40});
  REQUIRE(find(tracks, region_threads) != nullptr);
  CHECK(is_naming(find(tracks, region_threads)->unit));
  CHECK_FALSE(is_naming(inner->unit));

  const auto again = region_spans(tracks);
  REQUIRE(again.size() == spans.size());
  for (const auto& span : spans) {
    const bool found = std::any_of(again.begin(), again.end(), [&](const RegionSpan& other) {
      return other.path == span.path && other.thread == span.thread && other.start_ns == span.start_ns &&
             other.end_ns == span.end_ns;
    });
    INFO(span.path << " " << span.start_ns << " " << span.thread);
    CHECK(found);
  }
}

TEST_CASE("chunks of a launch that are joined track by track keep their threads") {
  auto tracks = region_tracks({{"a", 1, 0, 10}, {"b", 2, 0, 10}});
  for (const auto& more : region_tracks({{"b", 1, 20, 30}, {"c", 2, 20, 40}})) {
    bool joined = false;
    for (auto& track : tracks) {
      if (track.metric != more.metric) continue;
      track.offset_ns.insert(track.offset_ns.end(), more.offset_ns.begin(), more.offset_ns.end());
      track.value.insert(track.value.end(), more.value.begin(), more.value.end());
      joined = true;
    }
    if (!joined) tracks.push_back(more);
  }
  const auto spans = region_spans(tracks);
  REQUIRE(spans.size() == 4);
  CHECK(spans[0].path == "a");
  CHECK(spans[0].thread == 1);
  CHECK(spans[1].thread == 2);
  CHECK(spans[2].path == "b");
  CHECK(spans[2].thread == 1);
  CHECK(spans[3].thread == 2);
}

TEST_CASE("spans whose threads are not told are of thread 0, and no regions make no track") {
  CHECK(region_tracks({}).empty());
  CHECK(region_spans({{"time.first_token", "ns", {1}, {1}}}).empty());
  const auto spans = region_spans({{"regions.a", "ns", {30}, {10}}});
  REQUIRE(spans.size() == 1);
  CHECK(spans[0].thread == 0);
  CHECK(spans[0].start_ns == 20);
}

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/sample.h"

namespace assay {

/// One time that a thread of a program was in a region of its own (harness/core/assay_regions.h).
struct RegionSpan {
  std::string
      path;  ///< by nesting, from the outermost: "solve/step"; the names' bytes as region_path() has them
  int thread = 1;  ///< numbered from 1 in each run of the program, in the order of their first region
  std::int64_t start_ns = 0;  ///< same origin as the samples
  std::int64_t end_ns = 0;
};

/// `outer` (empty: none) with the region `name` in it. '/', '%' and control characters in the name are %XX,
/// as are bytes that make no UTF-8; an empty name is "%".
std::string region_path(const std::string& outer, std::string_view name);

/// As launches keep them: of each path a track "regions.PATH" of durations, in ns, with the offsets of their
/// ends; and `region_threads`, the thread of each, in the order of the ends' offsets, then of the paths. No
/// span: no track.
std::vector<Track> region_tracks(std::vector<RegionSpan> spans);
inline constexpr const char* region_threads = "regions:threads";

/// The unit of a track that names what others are of: no quantity, and not to be summarised.
inline constexpr const char* naming_unit = "id";
bool is_naming(const std::string& unit);

/// The spans of a launch's tracks, by end; where threads are not told, as of thread 0.
std::vector<RegionSpan> region_spans(const std::vector<Track>& tracks);

}  // namespace assay

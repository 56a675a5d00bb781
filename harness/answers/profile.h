// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/answers/hot_loops.h"
#include "harness/answers/regions.h"
#include "harness/answers/roofline.h"
#include "harness/core/sample.h"
#include "harness/judge/result.h"
#include "harness/store/store.h"

namespace assay {

/// A phase of the launches: the median of its share of a launch's time, over the timing lane's valid
/// launches.
struct PhaseTime {
  std::string name;    ///< start, hello, prepare, verify, warmup, measure, bye, end
  double seconds = 0;  ///< all of this name in a launch, together
};

/// A launch, or a thread of one, as a row of a timeline.
struct TimelineOf {
  std::string name;  ///< "timing launch 1"; "timing launch 6, thread 0": its outermost regions; "cupti launch
                     ///< 1, kernels, stream 7": what a device did
  std::vector<Span>
      spans;  ///< from the start of the case's first launch on; a launch begins at a whole millisecond
};

/// Why one case is as fast as it is: everything that one run knows about it.
struct Profile {
  ResultRow row;
  Placement placement;                ///< under `limits`; its fraction is absent, with reason, without limits
  std::vector<MetricValue> derived;   ///< profile.*: below
  std::vector<HotSpot> hot_spots;     ///< of the exact lane's launch, most instructions first
  std::vector<HotLoop> loops;         ///< in them, most instructions first
  double instructions = 0;            ///< of one call by the exact lane; 0: not counted
  std::vector<RegionRow> regions;     ///< of the program, where it marks some
  std::vector<PhaseTime> phases;      ///< in the order of a launch
  std::vector<TimelineOf> timeline;   ///< every launch by its start, then threads and streams of each lane's
                                      ///< last one that has some
  std::vector<std::string> findings;  ///< plain sentences: what limits it, first what weighs most
};

/// The profile of one row of a run. \p launches: of that case (Store::load_case). \p roofs: rows of a run
/// that measured the family roof on the same host; may be empty.
///
/// Derived, each absent with a reason where something is missing:
/// - profile.instructions_per_unit: instructions of a call / units of work.
/// - profile.operations_per_instruction: operations by the definition / instructions.
/// - profile.instructions_per_cycle: instructions / (time.wall.p50 * clock.core), of one thread in
///   a closed loop, where the counted path (callgrind takes AVX2) is the timed one.
/// - profile.branch_misses_per_1000, .d1_misses_per_1000, .ll_misses_per_1000: simulated.
Profile make_profile(const ResultRow& row, const std::vector<Launch>& launches,
                     const std::vector<ResultRow>& roofs,
                     const std::map<std::string, std::string>& host_class);

}  // namespace assay

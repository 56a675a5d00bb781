// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/core/sample.h"
#include "harness/core/workload.h"

namespace assay::measure {

struct ChunkRequest {
  std::int64_t batch = 1;    ///< calls per sample, >= 1
  std::int64_t samples = 1;  ///< >= 1
  std::vector<std::int64_t> schedule_ns =
      {};  ///< open loop: one offset from the origin a sample, ascending; else empty
  std::function<void()> before_sample = {};  ///< cold: evicts caches, outside the sample's time; else empty
  std::function<void()> after_sample = {};   ///< outside the sample's time: a device's own time; else empty
  std::function<void()> on_begin = {};       ///< right before the first sample: collectors start; else empty
  std::function<void()> on_end = {};         ///< right after the last one, unless a call failed; else empty
};

struct Chunk {
  std::int64_t origin_ns =
      0;  ///< CLOCK_MONOTONIC when the loop began; the samples' times are offsets from it
  Samples samples;
  double engine_mean_ns = 0;  ///< a call's mean by the engine's own timer over the whole loop; 0: it has none
};

/// The engine's name and version: "google-benchmark 1.7.1", or "plain".
std::string engine_name();

/// Runs one chunk on the calling thread: one run of the engine with exactly batch * samples calls, between
/// the region markers of harness/core/region.h. Nothing is allocated or printed between the first sample and
/// the last. In an open loop each sample waits (asleep, then spinning) for its scheduled instant; one that is
/// late starts at once. \throws whatever call() throws; Error{usage} when the request is out of range.
Chunk run_chunk(Instance& instance, const ChunkRequest& request);

}  // namespace assay::measure

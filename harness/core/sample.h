// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// The samples of one launch, in the order in which they were taken. Times are nanoseconds on the worker's
/// monotonic clock, relative to `origin_ns` of the launch's first chunk; they are raw: no overhead is
/// subtracted.
struct Samples {
  std::int64_t batch = 1;                  ///< calls per sample
  std::vector<std::int64_t> scheduled_ns;  ///< open loop: when each sample was due; empty in a closed loop
  std::vector<std::int64_t> start_ns;
  std::vector<std::int64_t> end_ns;  ///< same length as start_ns; end >= start
  std::size_t warmup = 0;            ///< the first this many belong to the warm-up: kept, never summarised

  std::size_t size() const { return start_ns.size(); }
};

/// The time of one call in each sample from number `first` on, in ns: what every figure is made of. In an
/// open loop it counts from the scheduled instant (waiting is part of latency: no coordinated omission).
std::vector<double> call_times_ns(const Samples& samples, std::size_t first);

/// A series of one metric with its offsets: first token, inter-token latency, stages, power, clocks.
struct Track {
  std::string metric;                   ///< Metric::id, e.g. "time.first_token"
  std::string unit;                     ///< e.g. "ns"
  std::vector<std::int64_t> offset_ns;  ///< same origin as the samples; when the value was observed
  std::vector<double> value;            ///< same length as offset_ns
};

/// What was observed in the steady samples, in order, but for values that are not finite: what every figure
/// of a track is made of. What came before the first steady sample belongs to the warm-up, as that sample's
/// forerunners do.
std::vector<double> steady_values(const Track& track, const Samples& samples);

/// A named interval: a stage, a launch, a GPU kernel.
struct Span {
  std::string name;
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;
};

}  // namespace assay

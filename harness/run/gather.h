// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "harness/core/run.h"
#include "harness/protocol/messages.h"
#include "harness/run/reading_sums.h"
#include "harness/store/sample_codec.h"

namespace assay::run {

/// Joins the chunks of one launch: offsets count from the first chunk's origin, tracks go on, readings of
/// whole chunks become readings per call (reading_sums.h).
class Gather {
 public:
  /// \param declared the metrics of the worker's collectors: how their readings are joined
  /// \param most samples, and values of all tracks together, that the launch may hold
  explicit Gather(Launch& launch, std::vector<Metric> declared = {},
                  std::size_t most = store_codec::max_count)
      : launch_(launch), most_(most), readings_(std::move(declared)) {}

  /// Takes a chunk's readings, and returns the rest with the launch's offsets: it may be none of the
  /// launch's.
  protocol::Measured take(protocol::Measured measured);
  /// Adds samples and tracks to the launch's. \throws Error{protocol} when they are more than it may hold.
  void append(protocol::Measured chunk);
  /// After the last chunk: sums become means over all calls.
  void finish();
  /// Of all calls of all chunks, those that are none of the launch's too: what the readings are of.
  std::optional<double> mean_call_ns() const;

 private:
  void shift(protocol::Measured& measured);
  void append_samples(const Samples& samples);
  void append_track(Track track);

  Launch& launch_;
  std::size_t most_;
  std::size_t track_values_ = 0;
  std::optional<std::int64_t> origin_ns_;
  ReadingSums readings_;
  double calls_ = 0;
  double calls_ns_ = 0;
};

}  // namespace assay::run

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/measure/engine.h"
#include "harness/measure/recorder.h"

namespace assay::measure {

/// What both engines put into their loops. begin() once, then hot_sample() or paced_sample() once a sample,
/// then end() and take().
class SampleLoop {
 public:
  /// \throws Error{usage} when the request is out of range.
  SampleLoop(Instance& instance, const ChunkRequest& request);

  /// True when something has to happen between samples: use paced_sample().
  bool paced() const {
    return !request_.schedule_ns.empty() || request_.before_sample || request_.after_sample;
  }

  void begin();
  void end() const {
    if (request_.on_end) request_.on_end();
  }

  void hot_sample() {
    recorder_.start();
    for (std::int64_t i = 0; i < batch_; ++i) instance_.call();
    recorder_.stop();
  }

  /// Waits or evicts first. Returns the sample's duration.
  std::int64_t paced_sample();

  Chunk take();

 private:
  Instance& instance_;
  const ChunkRequest& request_;
  std::int64_t batch_;
  std::int64_t origin_ns_ = 0;
  Recorder recorder_;
};

}  // namespace assay::measure

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/measure/clock.h"

namespace assay::measure {

/// A buffer of samples that is allocated and touched before anything is timed: start() and stop() are one
/// clock reading and one store each. More than `capacity` samples must not be taken.
class Recorder {
 public:
  explicit Recorder(std::size_t capacity) : start_ns_(capacity), end_ns_(capacity) {}

  void start() { start_ns_[size_] = now_ns(); }
  void stop() { end_ns_[size_++] = now_ns(); }

  std::size_t size() const { return size_; }
  /// Moves the samples out, less `origin_ns` each.
  void take(std::int64_t origin_ns, std::vector<std::int64_t>& start, std::vector<std::int64_t>& end) {
    start_ns_.resize(size_);
    end_ns_.resize(size_);
    for (auto& t : start_ns_) t -= origin_ns;
    for (auto& t : end_ns_) t -= origin_ns;
    start = std::move(start_ns_);
    end = std::move(end_ns_);
    size_ = 0;
  }

 private:
  std::vector<std::int64_t> start_ns_;
  std::vector<std::int64_t> end_ns_;
  std::size_t size_ = 0;
};

}  // namespace assay::measure

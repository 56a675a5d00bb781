// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/core/sample.h"

namespace assay::run {

/// Spans of the launch's phases (start, hello, prepare, verify, warmup, measure, verify, bye, end), on the
/// orchestrator's clock.
class Phases {
 public:
  explicit Phases(std::vector<Span>& spans) : spans_(spans), origin_(std::chrono::steady_clock::now()) {}

  void begin(const std::string& name) {
    end();
    open_ = name;
    start_ns_ = now();
  }
  void end() {
    if (!open_.empty()) spans_.push_back({open_, start_ns_, now()});
    open_.clear();
  }

 private:
  std::int64_t now() const {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - origin_)
        .count();
  }
  std::vector<Span>& spans_;
  std::chrono::steady_clock::time_point origin_;
  std::string open_;
  std::int64_t start_ns_ = 0;
};

}  // namespace assay::run

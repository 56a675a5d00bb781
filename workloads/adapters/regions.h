// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/region_span.h"
#include "harness/protocol/messages.h"
#include "workloads/adapters/child.h"

namespace assay::adapters {

/// What one run of a program recorded of its regions (harness/core/assay_regions.h).
struct RecordedRegions {
  std::vector<RegionSpan> spans;  ///< on CLOCK_MONOTONIC
  std::string unbalanced;         ///< which begins and ends do not match, and have no span; empty: all do
  std::string unrecorded;         ///< why there were more than these; empty: these are all
};

/// Of the file's bytes, which nobody may trust.
RecordedRegions read_regions(std::string_view bytes);

/// The collector `regions` of one launch: each run of the program records into a file of its own. Order:
/// before and after each run, then tell() once a request.
class RegionCollector {
 public:
  /// `most`: durations that a launch tells
  explicit RegionCollector(std::size_t most = 1'000'000) : left_(most) {}

  static protocol::CollectorOffer offer();

  /// The program that is started next records. \throws Error{io}.
  void before_run();
  /// No program records any more.
  void after_run(const Ended& ended);
  /// Tracks and readings of the runs since the last call, and no more of them here.
  void tell(protocol::Measured& measured);

 private:
  struct Sums {
    double calls = 0;
    double ns = 0;
  };
  void know(const std::map<std::string, Sums>& sums);
  std::vector<RegionSpan> told(std::int64_t origin_ns);

  std::size_t left_;
  std::string file_;
  int runs_ = 0;
  RecordedRegions seen_;
  double run_ns_ = 0;
  std::string untold_;
  std::vector<std::string> known_;  ///< paths of the launch, for which a later request has 0 calls
};

}  // namespace assay::adapters

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/core/metric.h"
#include "harness/judge/result.h"

namespace assay {

/// A region of a program (harness/core/region_span.h) as its case's metrics tell it.
struct RegionRow {
  std::string path;              ///< "outer/inner"
  std::string name;              ///< "inner"
  std::size_t depth = 0;         ///< 0: in no other
  std::optional<double> calls;   ///< of a run of the program
  std::optional<double> p50_ns;  ///< of a time through it
  std::optional<double> p99_ns;
  std::optional<double> share;  ///< of the run's time, all threads together: over 1 where several are in it
  std::optional<double> self;   ///< the same without the regions in it
  double begin = 0;             ///< where its share begins, those in one region beside each other
};

/// Each region before those in it, of several first that with the most time. Empty of a case without. One
/// whose outer region never ended has it above all the same, without values. Pure.
std::vector<RegionRow> regions_of(const ResultRow& row);

/// What the case's regions lack, one sentence each: begins and ends that do not match, records that were
/// lost, durations that are not told. Pure.
std::vector<std::string> region_faults(const ResultRow& row);

/// What is told of each region, with REGION for its path.
const std::vector<Metric>& region_metrics();

}  // namespace assay

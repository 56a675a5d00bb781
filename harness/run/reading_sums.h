// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "harness/core/reading.h"

namespace assay::run {

/// Readings come for whole chunks of calls; a launch has one value a metric. By over_of() its declaration:
///   total    what the region took: the sum over the chunks that have it, divided by their calls
///   highest  the largest of all chunks
///   mean     the mean, weighted by each chunk's calls
/// A metric that two collectors of a chunk counted is taken from the first.
class ReadingSums {
 public:
  /// \param declared the metrics of the worker's collectors; of others the reading's unit and id decide
  explicit ReadingSums(std::vector<Metric> declared = {}) : declared_(std::move(declared)) {}
  /// \param calls calls in the chunk that the readings are of
  void add(std::vector<Reading> readings, double calls);
  /// Per call, in the order of their first appearance. A metric that had no value in one chunk has none here,
  /// and says why.
  std::vector<Reading> per_call() const;

 private:
  struct Sum {
    Reading reading;
    double calls = 0;  ///< of the chunks that have it
  };
  Over over(const Reading& reading) const;

  std::vector<Metric> declared_;
  std::vector<Sum> sums_;
};

}  // namespace assay::run

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/collector.h"

namespace assay {

/// A collector whose readings come from two snapshots, right before and right after the region. A deriving
/// class says what it can read and reads it; choosing events, regions that were not entered and values that
/// are missing are settled here.
class SnapshotCollector : public Collector {
 public:
  /// How a quantity's two values become the region's.
  enum class Combine {
    difference,  ///< a counter: after less before
    mean,        ///< a level, such as a frequency
    highest,     ///< a level whose peak counts, such as a temperature; its id ends in ".max"
  };
  struct Quantity {
    Metric metric;
    Combine combine = Combine::difference;
  };

  std::vector<Metric> metrics() const override;
  Probe probe() override { return Probe::present(); }
  /// `events`: ids of metrics, with or without "<source>.". \throws Error{usage} on an unknown one.
  void open(const std::vector<std::string>& events) override;
  void start() override;
  void stop() override;
  std::vector<Reading> read() override;

 protected:
  /// `quantities`: all metric ids begin with `source` and a dot.
  SnapshotCollector(std::string source, std::vector<Quantity> quantities);

  /// The values now, by the quantities' ids, in whatever order, in their units; a value that cannot be had
  /// has its state and reason.
  virtual std::vector<Reading> snapshot() = 0;

  const std::vector<Quantity>& quantities() const { return quantities_; }

 private:
  Reading combined(std::size_t quantity) const;

  std::string source_;
  std::vector<Quantity> quantities_;
  std::vector<std::size_t> chosen_;
  std::vector<Reading> before_;
  std::vector<Reading> after_;
};

}  // namespace assay

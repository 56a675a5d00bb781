// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/core/collector.h"

namespace assay::worker {

/// A collector that a request named. One that fails costs its own readings, which then say why, and neither
/// the case's times nor another's readings.
struct OpenedCollector {
  std::string name;
  std::unique_ptr<Collector> collector;
  std::string failure{};  ///< empty while it works
  double cost_ns = 0;     ///< of start, stop and readings, since the last start

  void start();
  void stop();
  /// At least one: of a collector that gives none, each of its metrics without a value. Where one has a
  /// value, the last is what the collector itself cost (cost_metric).
  std::vector<Reading> readings();
};

/// Starts and stops them in opposite orders, so that the first disturbs the others least.
class Collecting {
 public:
  explicit Collecting(std::vector<OpenedCollector*> collectors) : collectors_(std::move(collectors)) {}
  ~Collecting() { stop(); }
  Collecting(const Collecting&) = delete;
  Collecting& operator=(const Collecting&) = delete;

  void start();
  void stop();

 private:
  std::vector<OpenedCollector*> collectors_;
  bool running_ = false;
};

}  // namespace assay::worker

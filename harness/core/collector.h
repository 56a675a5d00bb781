// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/core/host.h"
#include "harness/core/hot_spot.h"
#include "harness/core/metric.h"
#include "harness/core/probe.h"
#include "harness/core/reading.h"

namespace assay {

/// A collector *inside* the worker. Order of calls, all on the thread that measures: probe, observe, open,
/// then (start, stop, read) once per chunk, then destruction. open() comes after the pool's threads exist, so
/// a collector that counts per thread opens one counter for each of /proc/self/task. A stop without a start
/// is harmless.
class Collector {
 public:
  virtual ~Collector() = default;
  virtual std::vector<Metric> metrics() const = 0;
  virtual Probe probe() = 0;
  /// What executes the case: for collectors that read a device of several. The others do not care.
  virtual void observe(const Device&) {}
  /// `events`: what to count, from `--collect name:event`; empty: its default. \throws Error{usage} on
  /// others.
  virtual void open(const std::vector<std::string>& events) = 0;
  virtual void start() = 0;
  virtual void stop() = 0;
  /// Readings of the region between the last start and stop, for the whole chunk (not divided by calls).
  virtual std::vector<Reading> read() = 0;
};

/// How a launch is started: what a collector *around* the launch may change.
struct Command {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;  ///< set in the child
  std::vector<std::string> unset;                  ///< removed from the child's environment
};

/// A collector *around* the launch: wraps the command, then parses what the tool wrote into `directory`
/// (fresh and empty for each launch). It finds the measured region by the markers of harness/core/region.h:
/// wrap, read and hot_spots; or counts a whole program, which has none: wrap_program and so on. What it
/// measures is not time as it would be without it, so it has launches of its own: one a case.
class AroundCollector {
 public:
  virtual ~AroundCollector() = default;
  virtual std::vector<Metric> metrics() const = 0;
  virtual Probe probe() = 0;
  /// `events`: what to count, from `--collect name:event`; empty: its default. Called once, first.
  /// \throws Error{usage} on others.
  virtual void open(const std::vector<std::string>& events) = 0;
  virtual Command wrap(const Command& command, const std::string& directory) = 0;
  /// A program without region markers, counted from its start to its end, with all that it starts.
  virtual Command wrap_program(const Command& command, const std::string& directory) = 0;
  /// Regions of one call that are run before the two that count, for what happens once, and what a tool has
  /// to learn.
  virtual int rehearsals() const { return 0; }
  /// Readings per call: by what the second of two regions, with `more_calls` calls more, has over the first.
  virtual std::vector<Reading> read(const std::string& directory, std::int64_t more_calls) = 0;
  virtual std::vector<Reading> read_program(const std::string& directory) = 0;
  /// Where a call's instructions are, by the same difference; empty where it was not asked, or cannot tell.
  virtual std::vector<HotSpot> hot_spots(const std::string& directory, std::int64_t more_calls) {
    static_cast<void>(directory), static_cast<void>(more_calls);
    return {};
  }
  virtual std::vector<HotSpot> program_hot_spots(const std::string& directory) {
    static_cast<void>(directory);
    return {};
  }
};

}  // namespace assay

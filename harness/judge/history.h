// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/commit.h"
#include "harness/core/metric.h"

namespace assay {

/// What is followed over time: case and metric on one (host class, device).
struct SeriesKey {
  std::string case_key;       ///< canonical text, without the definition version `v`
  std::string metric;         ///< "time.wall.p50"
  std::string host_class_id;  ///< 12 hex digits
  std::string device;   ///< "cpu", or the device's name and a digest of what identifies it: "cuda:0#1a2b3c4d"
  std::string subject;  ///< whose code: the subject's name

  friend auto operator<=>(const SeriesKey&, const SeriesKey&) = default;
};
/// "llm.gemv/simd?rows=1024@cpu time.wall.p50 of assay on 0123456789ab cpu": the key of triage events.
std::string to_string(const SeriesKey& key);

/// One result of one run.
struct HistoryPoint {
  std::string run;  ///< UUID
  std::string host;
  std::int64_t started_utc_ms = 0;
  std::optional<Commit> commit;
  double value = 0;
  std::optional<double> ci_low;
  std::optional<double> ci_high;
  std::int64_t n = 0;  ///< launches
  /// What makes values comparable at all: definition version, input, work of a call; of an exact metric also
  /// tool, ISA path and threads. Where it changes, the series begins anew.
  std::map<std::string, std::string> definition;
  std::map<std::string, std::string>
      environment;              ///< kernel, microcode, driver, governor, libc, compiler, ...
  bool spike = false;           ///< made by make_series()
  std::optional<double> level;  ///< likewise: of the values between two changes
};

/// Between point `index` - 1 and `index` something else changed than the code.
struct Mark {
  std::size_t index = 0;
  bool definition = false;  ///< false: the environment
  std::string key;
  std::string before;
  std::string after;
};

/// The level changed.
struct Change {
  std::string id;         ///< 10 hex digits over series and `commit`: the same in every database
  std::size_t index = 0;  ///< the first point of the new level
  std::size_t first = 0;  ///< it lies behind point `first`
  std::size_t last = 0;   ///< and not behind point `last`: first < index <= last
  std::string commit;     ///< of point `index`; the run's id where it has none
  double before = 0;      ///< medians of the levels, spikes left out
  double after = 0;
  double ratio = 1;         ///< > 1: the new level is better; of metrics without a direction after / before
  bool regression = false;  ///< worse by the metric's `better`
  bool recovered = false;   ///< a regression: the newest level is nearer to `before` than to `after`
  std::string cause;        ///< "" (the code), "environment", "host" (one commit, on both sides)
  std::vector<Mark> marks;  ///< of a change with the cause "environment": what changed with it
};

struct Series {
  SeriesKey key;
  std::string unit;
  Better better = Better::neither;
  std::vector<HistoryPoint> points;  ///< in order
  std::vector<Mark> marks;
  std::vector<Change> changes;
  std::string line;          ///< the newest commit of the first-parent line that is followed; may be empty
  std::size_t off_line = 0;  ///< points left out: their commits are not on that line
  std::size_t changed = 0;   ///< points left out: measured with changed files
  std::size_t unplaced = 0;  ///< points whose commit has no known place: ordered by commit time
};

struct HistoryRules {
  std::string
      line;  ///< a commit (id or its beginning): follow its line; empty: the line with the most points
  bool changed_trees = false;  ///< keep points that were measured with changed files
  std::size_t last = 0;        ///< keep so many points, the newest; 0: all. Changes are found in all of them
  double smallest = 0.005;     ///< relative step that is told; exact metrics: 0.001
};

/// Orders the points, marks what changed beside the code and finds changes of level.
///
/// Order: commits of one first-parent line, by their place on it; where places are not known (shallow clones)
/// by parents, then by commit time; points of one commit by time. Runs without a commit stand by their time.
/// A change lies with the environment when what the points next to it say of some fact is disjoint on both
/// sides, and with the host when all points that it may lie between are of one commit: neither is the code's.
Series make_series(const SeriesKey& key, std::string unit, Better better, std::vector<HistoryPoint> points,
                   const HistoryRules& rules = {});

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/commit.h"
#include "harness/core/metric.h"
#include "harness/stats/change_points.h"

namespace assay {

/// What is followed over time: case and metric of one subject on one (host class, device).
struct SeriesKey {
  std::string case_key;  ///< canonical text, without the definition version `v`
  std::string metric;    ///< "time.wall.p50"
  std::string subject;   ///< whose code: the subject's name
  std::string host_class_id;
  std::string device;  ///< "cpu", "cuda:0 NVIDIA H100": another model is another series

  friend auto operator<=>(const SeriesKey&, const SeriesKey&) = default;
};
/// "llm.gemv/simd?rows=1024@cpu time.wall.p50 of assay on 0123456789ab cpu": what triage events name.
std::string to_string(const SeriesKey& key);

/// What is known, by name. Points of many series share them.
using Facts = std::map<std::string, std::string>;

/// One result of one run.
struct HistoryPoint {
  std::string run;  ///< UUID
  std::string host;
  std::string case_key;
  std::int64_t started_utc_ms = 0;
  std::shared_ptr<const Commit> commit;  ///< null: not known
  double value = 0;
  std::optional<double> ci_low;
  std::optional<double> ci_high;
  std::int64_t n = 0;  ///< launches
  /// What makes values comparable at all: definition version, input, work of a call; of an exact metric also
  /// tool, ISA path and threads. Where one changes, the series begins anew. A fact that is not known is not
  /// there.
  std::shared_ptr<const Facts> definition;  ///< null: nothing is known
  std::shared_ptr<const Facts>
      environment;              ///< likewise: kernel, microcode, driver, governor, libc, compiler, ...
  bool spike = false;           ///< stands off alone; from make_series(), as
  std::optional<double> level;  ///< the median between two changes, without spikes
};

/// Between point `index` - 1 and point `index` something changed beside the code.
struct Mark {
  std::size_t index = 0;
  bool definition = false;  ///< else the environment
  std::string key;
  std::string before;
  std::string after;
};

/// The level changed between two points.
struct Change {
  std::string id;         ///< 10 hex digits over series and `commit`: the same in every database
  std::size_t index = 0;  ///< the first point of the new level
  std::size_t first = 0;  ///< it lies behind point `first`
  std::size_t last = 0;   ///< and not behind point `last`: first < index <= last
  std::string commit;     ///< of point `index`; the run where that has none
  double before = 0;      ///< the levels
  double after = 0;
  std::optional<double> ratio;  ///< > 1: the new level is better (without a direction: after / before)
  bool regression = false;      ///< worse by the metric's `better`
  bool recovered = false;       ///< of a regression: the newest level is nearer to `before` than to `after`
  bool ended = false;           ///< the definition has changed since: what came later says nothing about it
  std::string cause;            ///< "": the code. "environment". "host": one commit on both sides
  std::vector<Mark> marks;      ///< with the cause "environment": what changed with it
};

struct Series {
  SeriesKey key;
  std::string unit;
  Better better = Better::neither;
  std::vector<HistoryPoint> points;  ///< in order
  std::vector<Mark> marks;           ///< ascending
  std::vector<Change> changes;       ///< ascending
  std::string line;          ///< newest commit of the first-parent line that is followed; may be empty
  std::size_t off_line = 0;  ///< points left out: their commits are on another line
  std::size_t changed = 0;   ///< points left out: measured with changed files
  std::size_t unplaced = 0;  ///< points whose commit has no known place: a shallow clone
};

struct HistoryRules {
  std::string
      line;  ///< a commit (id or its beginning) whose line to follow; empty: that with the most points
  bool changed_trees = false;  ///< keep points that were measured with changed files
  std::size_t last = 0;        ///< keep so many points, the newest; 0: all. Changes are found in all of them
  double smallest = 0.005;     ///< relative step that is told, of measured metrics
  double smallest_exact = 0.001;  ///< of exact ones
  /// Of measured metrics: a step is told once the test's p is below, from so many points that make a level.
  double strong = stats::ChangePointRules{}.strong;
  std::size_t shortest = stats::ChangePointRules{}.shortest;  ///< at least 2
  friend bool operator==(const HistoryRules&, const HistoryRules&) = default;
};

/// Orders the points, marks what changed beside the code, and finds changes of level.
///
/// Order: commits of one first-parent line by their place on it, points of one commit by time. Commits whose
/// place no run tells (shallow clones) and runs without a commit come in by their time, no commit before its
/// first parent.
///
/// Changes: stats::ChangePoints over the logarithms; of exact metrics every step. One lies with the
/// environment where what the five points on each side of it tell of some fact has nothing in common, or
/// where they are of one host on each side and not the same, and with the host where one commit stands on
/// both sides of all places it may lie at: neither is put on the code.
Series make_series(const SeriesKey& key, std::string unit, Better better, std::vector<HistoryPoint> points,
                   const HistoryRules& rules = {});

}  // namespace assay

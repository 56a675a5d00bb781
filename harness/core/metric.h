// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay {

/// Which direction of change is an improvement.
enum class Better { lower, higher, neither };

std::string to_string(Better better);  ///< "lower"
/// \throws Error{bad_input} on an unknown name.
Better parse_better(const std::string& text);

/// How the readings of a launch's regions, each of many calls, become its one value.
enum class Over {
  unit,    ///< not declared: ns, count, byte and J are a total, an id ending in ".max" is a peak, the rest a
           ///< mean
  total,   ///< of all regions, divided by their calls: what one call takes
  mean,    ///< a level, weighted by the regions' calls
  highest  ///< a level whose peak counts
};

std::string to_string(Over over);  ///< "total"
/// \throws Error{bad_input} on an unknown name.
Over parse_over(const std::string& text);

/// A quantity that can be measured. Declared once, by whoever measures it: a collector in its metrics().
struct Metric {
  std::string id;  ///< "<source>.<what>[.<statistic>]": time.wall.p50, perf.cycles; the source tells the lane
  std::string
      unit;  ///< at rest: ns, count, byte, ratio (1.0 = 100 %), Hz, J, degC, byte/s, "<unit of work>/s"
  Better better = Better::neither;
  std::string doc{};       ///< one sentence
  Over over = Over::unit;  ///< of a collector inside the worker
};

/// What stands before the first dot.
std::string source_of(const std::string& id);

/// Ids that only Assay gives values: its times, rates, shares of limits, and what it sees of host and worker.
/// No collector inside a worker has one of these.
bool is_own_metric(const std::string& id);
/// Likewise of tracks: a worker may tell times of its own there ("time.first_token"), but not the wall time.
bool is_own_track(const std::string& id);

/// What `Over::unit` stands for in this metric; else its own.
Over over_of(const Metric& metric);

}  // namespace assay

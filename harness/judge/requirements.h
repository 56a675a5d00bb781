// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/selector.h"
#include "harness/judge/quantity.h"

namespace assay {

/// One thing that hardware has to do. A host meets it in a task when its representative (representatives.h)
/// keeps the limit; where `task` names an implementation or a device, only those may stand for a host.
/// Accuracy classes are alternatives, of which the best counts, unless `accuracy` names one.
struct Requirement {
  std::string name;
  Selector task;         ///< all tasks that it matches have to keep the limit; of `price` none
  std::string accuracy;  ///< "exact"; empty: any
  /// latency | throughput | memory (peak of the host's) | device_memory (peak of the GPU's, all processes) |
  /// energy | capacity | price, or a metric's id
  std::string metric;
  int percentile = 0;  ///< of latency, capacity and tracks: 50, 90 or 99; 0: the id says it
  bool at_most = true;
  Quantity limit;
  std::optional<Quantity> within;  ///< capacity: the latency that the requests keep

  /// The id that it looks at in a result whose unit of work is that: "time.wall.p99". Of energy, memory and
  /// price, which have none of their own, the word.
  std::string metric_id(const std::string& unit_of_work) const;
};

struct Requirements {
  std::string origin;  ///< the file
  std::string description;
  std::vector<Requirement> all;
};

/// From the text of a TOML file:
///
///     description = "one camera, 30 frames a second"
///     [[require]]
///     name = "each frame in time"
///     task = "vision.letterbox_f32"
///     metric = "latency"              # throughput, memory, device_memory, energy, capacity, price, or an id
///     percentile = 99
///     at_most = "33.3ms"              # or at_least
///
/// \throws Error{bad_input} with `origin`, line and key, and the closest key where one is not known.
Requirements parse_requirements(std::string_view toml, const std::string& origin);

}  // namespace assay

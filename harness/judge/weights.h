// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/core/selector.h"

namespace assay {

/// How tasks become one figure a host (Fleming and Wallace, "How not to lie with statistics", CACM 29, 1986:
/// never an arithmetic mean of ratios; the geometric mean where ratios are all that counts, whatever the
/// reference; the sum of times where the tasks follow each other in a pipeline).
enum class Summary { geometric_mean, total_time };

std::string to_string(Summary summary);  ///< "geometric mean"

/// Tasks that count together. Of a geometric mean they share `weight` evenly, so that a group weighs the same
/// however many tasks were measured in it; of a total time each is called `weight` times.
struct WeightGroup {
  std::string name;
  std::vector<Selector> select;
  double weight = 1;
};

struct Weights {
  std::string origin;  ///< the file; empty: each task is a group of weight 1
  Summary summary = Summary::geometric_mean;
  /// How well weights are known: two of three times the true one is within this factor of what was said. The
  /// rank probabilities vary them by it (log-normal, sigma = ln within).
  double within = 1.5;
  std::vector<WeightGroup> groups;  ///< a task is of the first that matches; of none: it does not count
};

/// From the text of a TOML file:
///
///     summary = "geometric mean"     # or "total time"
///     within = 1.5
///     [[weight]]
///     name = "chat"
///     select = ["llm.decode", "llm.gemv"]
///     weight = 3                     # of "total time": calls = 3
///
/// \throws Error{bad_input} with `origin`, line and key.
Weights parse_weights(std::string_view toml, const std::string& origin);

}  // namespace assay

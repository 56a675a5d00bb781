// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay {

/// Which direction of change is an improvement.
enum class Better { lower, higher, neither };

std::string to_string(Better better);  ///< "lower"
/// \throws Error{bad_input} on an unknown name.
Better parse_better(const std::string& text);

/// A quantity that can be measured. Declared once, by whoever measures it: a collector in its metrics().
struct Metric {
  std::string id;  ///< "<source>.<what>[.<statistic>]": time.wall.p50, perf.cycles; the source tells the lane
  std::string
      unit;  ///< at rest: ns, count, byte, ratio (1.0 = 100 %), Hz, J, degC, byte/s, "<unit of work>/s"
  Better better = Better::neither;
  std::string doc{};  ///< one sentence
};

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay {

enum class Better { lower, higher, neither };

/// A quantity that can be measured. Declared once, by whoever measures it.
struct Metric {
  std::string id;  ///< "<source>.<what>[.<statistic>]": time.wall.p50, perf.cycles; the source tells the lane
  std::string unit;  ///< at rest: ns, count, byte, ratio (1.0 = 100 %), Hz, J, degC, or "<unit of work>/s"
  Better better = Better::neither;
  std::string doc;  ///< one sentence
};

}  // namespace assay

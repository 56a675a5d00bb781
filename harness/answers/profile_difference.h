// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/answers/profile.h"

namespace assay {

/// One factor of a time: time = instructions * cycles per instruction / clock, so that the logarithms of the
/// factors' ratios add up to that of the times.
struct Factor {
  std::string what;  ///< "instructions", "cycles per instruction", "clock", "cycles"
  double base = 0;   ///< per unit of work where the calls do different work; the clock in Hz
  double other = 0;
  std::optional<double>
      share;  ///< of the logarithm of the times' ratio; absent where the times hardly differ
};

struct FunctionChange {
  std::string function;
  std::optional<double> base;   ///< instructions, as Factor::base; absent: not among that side's hot spots,
  std::optional<double> other;  ///< so few or none
};

/// Why one profile takes another time than the other.
struct ProfileDifference {
  double ratio = 0;    ///< base time / other time: above 1 the other one is faster; 0: a time is missing
  bool apart = false;  ///< their intervals do not overlap
  std::string per;     ///< "call", or the unit of work where calls do different work: "rows"
  std::vector<Factor> factors;            ///< the largest share first
  std::string caution;                    ///< what the factors leave out; may be empty
  std::vector<FunctionChange> functions;  ///< the largest change first; of functions by name
};

/// Without exact counts of the timed path on both sides (one thread, the same path as was timed) the factors
/// are cycles and clock alone. Where the intervals overlap, or below a difference of 1 %, no share is told,
/// and none of an open loop. Pure.
ProfileDifference explain_difference(const Profile& base, const Profile& other);

}  // namespace assay

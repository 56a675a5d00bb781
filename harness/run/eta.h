// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

namespace assay::run {

/// Seconds still needed: of each case what its launches took so far, at the mean of all where it has none.
/// Every call costs the same however long the plan is. Pure.
class Eta {
 public:
  /// One more launch of that case is to come.
  void expect(std::int64_t ordinal);
  /// One of those to come is over.
  void took(std::int64_t ordinal, double seconds);
  /// For all that are to come; a second each until something is known.
  double seconds() const;

 private:
  struct Case {
    int to_come = 0;
    int done = 0;
    double seconds = 0;  ///< of those done
    double needs() const { return done > 0 ? seconds / done * to_come : 0; }
  };
  std::map<std::int64_t, Case> cases_;
  double known_s_ = 0;  ///< what the cases of which a launch is done still need
  int unknown_ = 0;     ///< launches to come of the other cases
  double all_s_ = 0;
  int all_done_ = 0;
};

}  // namespace assay::run

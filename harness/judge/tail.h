// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay {

/// Requests of one pair of launches, and how many of them took longer than the threshold.
struct TailPair {
  std::int64_t base_above = 0;
  std::int64_t base_requests = 0;
  std::int64_t candidate_above = 0;
  std::int64_t candidate_requests = 0;
};

/// All that the tail rule looks at. The threshold is the p99 of the base's first launches; the pairs are
/// those after them, so that both launches of a pair stand in the same relation to it.
struct TailCounts {
  std::optional<double> threshold_ns{};
  int reference_pairs = 0;  ///< whose base launches made the threshold; without one, how many it will take,
                            ///< as the launches look so far: INT_MAX where they tell no single requests
  std::string reason{};     ///< why there is no threshold
  std::vector<TailPair> pairs{};
};

/// Counts as launches arrive, so that no request is kept longer than the threshold needs it.
class TailTally {
 public:
  /// `first`: pairs whose base launches make the threshold, at least; more where they have too few requests
  /// (minimum_count(0.99) = 299, from 3 launches).
  explicit TailTally(int first = 6) : first_(first) {}
  /// Latencies of the single requests of one pair's launches. A launch without any leaves the pair out.
  void add(std::span<const double> base_ns, std::span<const double> candidate_ns);
  TailCounts counts() const;

 private:
  int first_;
  int launches_ = 0;
  int empty_ = 0;
  std::vector<double> base_;  ///< of the launches that make the threshold
  TailCounts counts_;
};

}  // namespace assay

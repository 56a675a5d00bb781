// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "harness/stats/random.h"

namespace assay::stats {

/// The median of n values drawn from n at random, with replacement: which of the ascending values it is, or
/// between which two, has a law of its own (order statistics of a uniform discrete sample: David and
/// Nagaraja, "Order Statistics", 3.1), so that one random number draws what takes n otherwise.
class BootstrapMedian {
 public:
  /// The median is (values[low] + values[high]) / 2 with that probability.
  struct Place {
    std::size_t low = 0;
    std::size_t high = 0;
    double probability = 0;
  };

  explicit BootstrapMedian(std::size_t n);  ///< n >= 1

  const std::vector<Place>& places() const { return places_; }
  /// An index into places(), by Vose's alias method ("A linear algorithm for generating random numbers with a
  /// given distribution", IEEE TSE 17, 1991).
  std::size_t draw(Random& random) const {
    const std::uint64_t bits =
        random.next();  // the high half chooses a place, the low half whether it is kept
    const std::size_t at = (bits >> 32) * places_.size() >> 32;
    return static_cast<double>(bits & 0xFFFFFFFFu) * 0x1p-32 < keep_[at] ? at : alias_[at];
  }

 private:
  void make_alias();

  std::vector<Place> places_;
  std::vector<double> keep_;
  std::vector<std::size_t> alias_;
};

}  // namespace assay::stats

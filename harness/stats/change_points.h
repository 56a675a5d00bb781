// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// Where the level of a series changes: E-divisive (Matteson and James 2014) as a process over values that
/// come one by one.
namespace assay::stats {

struct ChangePointRules {
  std::size_t window = 128;    ///< values on both sides together that a change is found from
  std::size_t shortest = 3;    ///< values that make a level; fewer that stand out together are spikes
  double strong = 1e-6;        ///< a change is told once the test's p is below,
  double weak = 1e-2;          ///< and taken back only when it rises above this again
  double smallest = 0.0;       ///< steps below are not told; in the values' unit
  double spike = 4.0;          ///< robust standard deviations that a spike stands off the level
};

struct ChangePoint {
  std::size_t index = 0;     ///< the first value of the new level
  std::size_t earliest = 0;  ///< where it may as well begin: all places whose fit is not worse at 95 %
  std::size_t latest = 0;
  double before = 0;  ///< means of the levels beside it, spikes left out, when it was told
  double after = 0;
  double p = 1;  ///< of the test, when it was told
};

/// Values in order, one at a time. What is told about n values is what was told when there were n: more values
/// add changes, and take a change back only as `weak` says (hysteresis); none moves. So an answer depends on
/// the values alone, and appending is all that there is: 10,000 values at once are 10,000 times append().
///
/// With each value, of all splits of the window into X and Y that end there, the one with the largest energy
///     Q = mn/(m+n) (2 E|X-Y| - E|X-X'| - E|Y-Y'|)
/// is tested: pooled two-sided t of the means, variances with n - 1, widened by (1+r)/(1-r) for the lag-1
/// correlation r within the sides. A value off the level waits until `shortest` in a row stand off to the same
/// side: else it was a spike, and is left out. Deterministic. O(window) an append, O(window^2) after a change.
class ChangePoints {
 public:
  explicit ChangePoints(const ChangePointRules& rules = {});

  /// \p value is finite.
  void append(double value);

  std::size_t size() const { return size_; }
  const std::vector<ChangePoint>& changes() const { return changes_; }  ///< ascending
  /// Values that stood off alone, ascending; the last ones may yet turn out to begin a level.
  std::vector<std::size_t> spikes() const;

 private:
  ChangePointRules rules_;
  std::size_t size_ = 0;
  std::vector<ChangePoint> changes_;
};

/// The same at once.
ChangePoints change_points(std::span<const double> values, const ChangePointRules& rules = {});

}  // namespace assay::stats

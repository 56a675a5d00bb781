// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// Where the level of a series changes: E-divisive (Matteson and James 2014) as a process over values that
/// come one by one.
namespace assay::stats {

struct ChangePointRules {
  std::size_t window = 128;  ///< values on both sides together that a change is found from
  std::size_t shortest = 3;  ///< values that make a level; fewer that stand out together are spikes
  double strong = 1e-6;      ///< a change is told once the test's p is below,
  double weak = 1e-2;        ///< and taken back only when it rises above this again
  double smallest = 0;  ///< steps below are not told, those below half of it taken back; in the values' unit
  double spike = 4;     ///< robust standard deviations that a spike stands off the level
};

struct ChangePoint {
  std::size_t index = 0;     ///< the first value of the new level
  std::size_t earliest = 0;  ///< where it may as well begin: all places that fit as well at 95 %
  std::size_t latest = 0;
  double p = 1;  ///< of the test, when it was told
};

/// Values in order, one at a time. A change that was told when there were n values is told when there are
/// more, at the same place, until the test of its two levels rises above `weak` (hysteresis). So an answer
/// depends on the values and their order alone, and 10,000 values at once are 10,000 times append().
///
/// With each value, of all splits of the window into X and Y that end there, the one with the largest energy
///     Q = mn/(m+n) (2 E|X-Y| - E|X-X'| - E|Y-Y'|)
/// is tested: pooled two-sided t of the means, variances with n - 1, widened by (1+r)/(1-r) for the lag-1
/// correlation r within the sides. A value off the level waits until `shortest` in a row stand off to the
/// same side; else it was a spike and is left out. Deterministic; O(window) an append, O(window^2) after a
/// change.
class ChangePoints {
 public:
  explicit ChangePoints(const ChangePointRules& rules = {});

  void append(double value);  ///< finite

  std::size_t size() const { return size_; }
  const std::vector<ChangePoint>& changes() const { return changes_; }  ///< ascending
  /// Values that stood off alone, ascending; the last ones may yet turn out to begin a level.
  std::vector<std::size_t> spikes() const;

 private:
  struct Value {
    double value;
    std::size_t index;
  };
  /// Sums of distances for the split before each value of the window: within X, within Y, between them.
  struct Splits {
    std::vector<double> x, y, between;
    std::size_t head = 0;  ///< where the window begins in them: what is before it goes from time to time
    std::size_t size() const { return x.size() - head; }
  };
  struct Side {  ///< a level: Welford's sums
    double n = 0;
    double mean = 0;
    double squares = 0;
    void add(double value);
  };

  int side_of(double value);
  void follow_level();
  void keep_residual(double residual);
  void take(const Value& value);
  void leave_out_first_spikes();
  void extend();
  void shrink();
  void rebuild();
  std::size_t best_split();
  double widening(std::size_t begin, std::size_t split, std::size_t end) const;
  void set_range(ChangePoint& change, std::size_t split, double slack) const;
  bool surely_small(std::size_t at) const;
  void find();
  void compare_sides();
  void review();

  ChangePointRules rules_;
  double least_t_;  ///< no t below is significant
  std::size_t size_ = 0;
  std::vector<ChangePoint> changes_;
  std::vector<std::size_t> begins_;  ///< where in `kept_` each of these begins
  std::vector<Value> kept_;          ///< without spikes
  std::vector<Value> waiting_;       ///< stand off, all to one side, and may be spikes
  int waiting_side_ = 0;
  std::vector<std::size_t> spikes_;
  std::vector<double> residuals_;         ///< distances of the last values from the level before them: a ring
  std::vector<double> sorted_residuals_;  ///< the same, ascending
  std::size_t next_residual_ = 0;
  std::vector<double>
      sorted_level_;  ///< ascending: the values from `level_first_` to `level_end_` of `kept_`
  std::size_t level_first_ = 0;
  std::size_t level_end_ = 0;
  double level_ = 0;  ///< the median that the newest value is held against

  std::size_t from_ = 0;         ///< where the window begins, in kept_; it ends with the last
  Splits splits_;                ///< one for each value of the window; the first is none
  std::vector<double> scratch_;  ///< of one call
  double pairs_ = 0;             ///< sum of distances over all pairs of the window
  Side old_;                     ///< the levels beside the last change
  Side new_;
  double widening_ = 1;
};

/// The same at once.
ChangePoints change_points(std::span<const double> values, const ChangePointRules& rules = {});

}  // namespace assay::stats

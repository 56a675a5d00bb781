// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/signed_rank.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "harness/core/error.h"

namespace assay::stats {

namespace {

constexpr std::size_t most_differences = 500;

void check_count(std::size_t count) {
  if (count > most_differences) {
    throw Error(ErrorCode::internal,
                "the exact signed-rank test takes at most 500 differences, not " + std::to_string(count));
  }
}

/// P[W <= w] for w = 0..most, W the sum of those of `ranks` whose fair coin shows heads.
std::vector<double> cumulative(std::span<const std::size_t> ranks, std::size_t most) {
  std::vector<double> p(most + 1, 0.0);
  p[0] = 1;
  std::size_t reached = 0;
  for (const std::size_t rank : ranks) {
    reached = std::min(most, reached + rank);
    for (std::size_t w = reached + 1; w-- > 0;) p[w] = (p[w] + (w >= rank ? p[w - rank] : 0)) / 2;
  }
  std::partial_sum(p.begin(), p.end(), p.begin());
  return p;
}

/// The same up to half of the sum, kept: tests of n differences without ties are asked for again and again.
const std::vector<double>& known_table(std::vector<std::vector<double>>& tables,
                                       const std::vector<std::size_t>& ranks) {
  tables.resize(most_differences + 1);
  std::vector<double>& table = tables[ranks.size()];
  if (table.empty())
    table = cumulative(ranks, std::accumulate(ranks.begin(), ranks.end(), std::size_t{0}) / 2);
  return table;
}

/// Ranks 1..n.
const std::vector<double>& untied(std::size_t n) {
  thread_local std::vector<std::vector<double>> tables;
  std::vector<std::size_t> ranks(n);
  std::iota(ranks.begin(), ranks.end(), std::size_t{1});
  return known_table(tables, ranks);
}

/// Each of n counts 1: Binomial(n, 1/2).
const std::vector<double>& coins(std::size_t n) {
  thread_local std::vector<std::vector<double>> tables;
  return known_table(tables, std::vector<std::size_t>(n, 1));
}

struct Tails {
  double less = 1;     ///< P[W <= w]
  double greater = 1;  ///< P[W >= w]
};
/// The distribution is symmetric: its lower half, up to the smaller of w and what is left of the sum, gives
/// both tails. `is_low`: the smaller is w itself.
Tails tails_of(const std::vector<double>& table, std::size_t smaller, bool is_low) {
  const double near = table[smaller];
  const double far = smaller > 0 ? 1 - table[smaller - 1] : 1;
  return is_low ? Tails{near, far} : Tails{far, near};
}

/// Twice the midranks of values that ascend in size, zeros left out.
struct DoubledRanks {
  std::vector<std::size_t> all;
  std::size_t positive = 0;  ///< sum of those of positive values
  std::size_t sum = 0;
  bool plain = true;  ///< neither ties nor zeros
};

DoubledRanks doubled_ranks(std::span<const double> by_size) {
  DoubledRanks ranks;
  ranks.all.reserve(by_size.size());
  for (std::size_t first = 0; first < by_size.size();) {
    std::size_t last = first;
    while (last + 1 < by_size.size() && std::abs(by_size[last + 1]) == std::abs(by_size[first])) ++last;
    const std::size_t doubled = first + last + 2;  // of ranks first + 1 .. last + 1
    const bool zero = by_size[first] == 0;
    if (zero || last > first) ranks.plain = false;
    for (std::size_t i = first; i <= last && !zero; ++i) {
      ranks.all.push_back(doubled);
      ranks.sum += doubled;
      if (by_size[i] > 0) ranks.positive += doubled;
    }
    first = last + 1;
  }
  return ranks;
}

}  // namespace

SignedRank signed_rank(std::span<const double> differences, double shift) {
  check_count(differences.size());
  std::vector<double> by_size(differences.begin(), differences.end());
  for (double& d : by_size) {
    d -= shift;
    if (std::isnan(d)) throw Error(ErrorCode::internal, "a difference of a pair is no number");
  }
  std::sort(by_size.begin(), by_size.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
  const DoubledRanks ranks = doubled_ranks(by_size);

  SignedRank result;
  result.positive = static_cast<double>(ranks.positive) / 2;
  result.used = ranks.all.size();
  if (ranks.all.empty()) return result;
  const std::size_t smaller = std::min(ranks.positive, ranks.sum - ranks.positive);
  Tails tails;
  if (ranks.plain) {
    tails = tails_of(untied(ranks.all.size()), smaller / 2, ranks.positive == smaller);
  } else {
    tails = tails_of(cumulative(ranks.all, smaller), smaller, ranks.positive == smaller);
  }
  result.p_less = tails.less;
  result.p_greater = tails.greater;
  return result;
}

SignFlip sign_flip(std::span<const double> differences, double shift, double unit) {
  check_count(differences.size());
  double largest = 0;
  for (const double d : differences) {
    if (!std::isfinite(d - shift)) throw Error(ErrorCode::internal, "a difference of a pair is no number");
    largest = std::max(largest, std::abs(d - shift));
  }
  SignFlip result;
  if (largest == 0) return result;
  const double grid = std::max(unit, largest / 256);
  std::vector<std::size_t> sizes;
  std::size_t positive = 0;
  std::size_t sum = 0;
  for (const double d : differences) {
    const auto size = static_cast<std::size_t>(std::lround(std::abs(d - shift) / grid));
    sizes.push_back(size);
    sum += size;
    if (d > shift) positive += size;
  }
  const std::size_t smaller = std::min(positive, sum - positive);
  const Tails tails = tails_of(cumulative(sizes, smaller), smaller, positive == smaller);
  return {tails.greater, tails.less};
}

SignTest sign_test(std::span<const double> differences, double shift) {
  check_count(differences.size());
  std::size_t above = 0;
  std::size_t below = 0;
  for (const double d : differences) {
    above += d > shift;
    below += d < shift;
  }
  const Tails tails = tails_of(coins(above + below), std::min(above, below), above <= below);
  return {tails.greater, tails.less};
}

namespace {

/// How many values may be left out at an end so that the truth lies among them with at most `tail`.
std::size_t ends_within(const std::vector<double>& table, double tail) {
  return static_cast<std::size_t>(std::upper_bound(table.begin(), table.end(), tail) - table.begin());
}

/// The interval between the `count` smallest and the `count` largest values; reorders them.
Interval without_ends(std::vector<double>& values, std::size_t count) {
  const auto nth = [&](std::size_t index) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), values.end());
    return values[index];
  };
  const double low = nth(count - 1);
  return {low, nth(values.size() - count)};
}

/// The averages of all pairs, i <= j, of differences that ascend. They ascend along rows and columns, so
/// those below a value are counted in one walk, and none is stored (Monahan, "Algorithm 616: Fast Computation
/// of the Hodges-Lehmann Location Estimator", ACM TOMS 10, 1984).
class WalshAverages {
 public:
  explicit WalshAverages(std::span<const double> differences)
      : sorted_(differences.begin(), differences.end()) {
    for (const double d : sorted_) {
      if (!std::isfinite(d)) throw Error(ErrorCode::internal, "a difference of a pair is no number");
    }
    std::sort(sorted_.begin(), sorted_.end());
  }
  std::size_t size() const { return sorted_.size() * (sorted_.size() + 1) / 2; }

  /// The k-th smallest, from 0.
  double smallest(std::size_t k) const {
    const std::size_t n = sorted_.size();
    std::vector<std::size_t> first(n);  // of each row, the columns in which it may still be ...
    std::iota(first.begin(), first.end(), std::size_t{0});
    std::vector<std::size_t> last(n, n);  // ... and the end of them
    std::vector<std::size_t> below(n);
    std::vector<std::size_t> not_above(n);
    for (std::size_t left = size(); left > n; left = columns(first, last)) {
      const double pivot = middle_of(first, last, left);
      const std::size_t less = count(below, [&](double value) { return value < pivot; });
      if (k < less) {
        last.swap(below);
        continue;
      }
      if (k < count(
                  not_above, [&](double value) { return value <= pivot; }))
        return pivot;
      first.swap(not_above);
    }
    std::vector<double> left;
    for (std::size_t row = 0; row < n; ++row) {
      k -= first[row] - row;  // those that are smaller than all that are left
      for (std::size_t column = first[row]; column < last[row]; ++column) left.push_back(at(row, column));
    }
    std::nth_element(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(k), left.end());
    return left[k];
  }

 private:
  double at(std::size_t row, std::size_t column) const { return (sorted_[row] + sorted_[column]) / 2; }

  static std::size_t columns(std::span<const std::size_t> first, std::span<const std::size_t> last) {
    std::size_t sum = 0;
    for (std::size_t row = 0; row < first.size(); ++row) sum += last[row] - first[row];
    return sum;
  }

  /// One of the `left` ones: each round has fewer.
  double middle_of(std::span<const std::size_t> first, std::span<const std::size_t> last,
                   std::size_t left) const {
    std::size_t row = 0;
    for (std::size_t seen = last[0] - first[0]; seen <= left / 2; seen += last[row] - first[row]) ++row;
    return at(row, first[row] + (last[row] - first[row]) / 2);
  }

  /// How many are `wanted`, a prefix of each row; `ends` has where it ends.
  template <class Wanted>
  std::size_t count(std::vector<std::size_t>& ends, const Wanted& wanted) const {
    std::size_t sum = 0;
    std::size_t end = sorted_.size();
    for (std::size_t row = 0; row < sorted_.size(); ++row) {
      while (end > row && !wanted(at(row, end - 1))) --end;
      ends[row] = std::max(end, row);
      sum += ends[row] - row;
    }
    return sum;
  }

  std::vector<double> sorted_;
};

}  // namespace

double hodges_lehmann(std::span<const double> differences) {
  if (differences.empty()) return median(differences);  // which refuses
  const WalshAverages averages(differences);
  const std::size_t half = averages.size() / 2;
  if (averages.size() % 2 == 1) return averages.smallest(half);
  return quantile_sorted(std::array{averages.smallest(half - 1), averages.smallest(half)}, 0.5);
}

std::optional<ShiftInterval> signed_rank_interval(std::span<const double> differences, double confidence) {
  check_count(differences.size());
  const std::vector<double>& table = untied(differences.size());
  const std::size_t count = ends_within(table, (1 - confidence) / 2);
  if (count == 0) return std::nullopt;
  const WalshAverages averages(differences);
  const Interval interval{averages.smallest(count - 1), averages.smallest(averages.size() - count)};
  return ShiftInterval{interval, 1 - 2 * table[count - 1]};
}

std::optional<ShiftInterval> sign_interval(std::span<const double> differences, double confidence) {
  check_count(differences.size());
  const std::size_t count = ends_within(coins(differences.size()), (1 - confidence) / 2);
  if (count == 0) return std::nullopt;
  std::vector<double> values(differences.begin(), differences.end());
  return ShiftInterval{without_ends(values, count), 1 - 2 * coins(values.size())[count - 1]};
}

}  // namespace assay::stats

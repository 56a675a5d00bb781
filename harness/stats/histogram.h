// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace assay::stats {

/// A histogram of non-negative integers (nanoseconds) with buckets that are linear within each power of two,
/// as in Gil Tene's HdrHistogram: any 64-bit value, a fixed relative error of 2^-precision_bits, memory that
/// grows with the largest value seen only (at most (65 - precision_bits) * 2^precision_bits counts).
class LogHistogram {
 public:
  /// precision_bits 1..16; 7 is an error below 0.8 %.
  explicit LogHistogram(int precision_bits = 7);

  void add(std::uint64_t value, std::uint64_t count = 1);
  /// Adds the counts of another with the same precision. \throws Error{internal} when it differs.
  void merge(const LogHistogram& other);

  std::uint64_t count() const { return total_; }
  std::uint64_t min() const;  ///< exact; 0 when empty
  std::uint64_t max() const { return max_; }

  /// The value of rank ceil(q * count) (1 at least): the middle of its bucket, within min and max; 0 when
  /// empty.
  double quantile(double q) const;

  struct Bucket {
    std::uint64_t low;   ///< inclusive
    std::uint64_t high;  ///< inclusive
    std::uint64_t count;
  };
  std::vector<Bucket> buckets() const;  ///< those that hold something, ascending

 private:
  std::size_t index(std::uint64_t value) const;
  Bucket bounds(std::size_t index) const;

  int bits_;
  std::uint64_t total_ = 0;
  std::uint64_t min_ = ~std::uint64_t{0};
  std::uint64_t max_ = 0;
  std::vector<std::uint64_t> counts_;
};

}  // namespace assay::stats

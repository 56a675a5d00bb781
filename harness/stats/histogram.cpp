// SPDX-License-Identifier: Apache-2.0
#include "harness/stats/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "harness/core/error.h"

namespace assay::stats {

LogHistogram::LogHistogram(int precision_bits) : bits_(precision_bits) {
  if (bits_ < 1 || bits_ > 16) {
    throw Error(ErrorCode::internal, "a histogram of " + std::to_string(bits_) + " bits was asked for");
  }
}

/// Values below 2^bits have a bucket each; above, the leading bit chooses a block of 2^bits buckets and the
/// next `bits` bits the bucket in it.
std::size_t LogHistogram::index(std::uint64_t value) const {
  const int shift = std::max(static_cast<int>(std::bit_width(value)) - (bits_ + 1), 0);
  return (static_cast<std::size_t>(shift) << bits_) + static_cast<std::size_t>(value >> shift);
}

LogHistogram::Bucket LogHistogram::bounds(std::size_t index) const {
  const std::size_t block = index >> bits_;
  const std::size_t shift = block > 0 ? block - 1 : 0;
  const std::uint64_t mantissa = index - (shift << bits_);
  const std::uint64_t low = mantissa << shift;
  return {low, low + ((std::uint64_t{1} << shift) - 1), counts_[index]};
}

void LogHistogram::add(std::uint64_t value, std::uint64_t count) {
  if (count == 0) return;
  const std::size_t at = index(value);
  if (at >= counts_.size()) counts_.resize(at + 1);
  counts_[at] += count;
  total_ += count;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
}

void LogHistogram::merge(const LogHistogram& other) {
  if (other.bits_ != bits_)
    throw Error(ErrorCode::internal, "histograms of different precision cannot be merged");
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  total_ += other.total_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

std::uint64_t LogHistogram::min() const { return total_ == 0 ? 0 : min_; }

double LogHistogram::quantile(double q) const {
  if (total_ == 0) return 0;
  const double wanted = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(total_));
  const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, total_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen < rank) continue;
    const Bucket bucket = bounds(i);
    const double middle = static_cast<double>(bucket.low) + static_cast<double>(bucket.high - bucket.low) / 2;
    return std::clamp(middle, static_cast<double>(min_), static_cast<double>(max_));
  }
  return static_cast<double>(max_);
}

std::vector<LogHistogram::Bucket> LogHistogram::buckets() const {
  std::vector<Bucket> result;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] > 0) result.push_back(bounds(i));
  }
  return result;
}

}  // namespace assay::stats

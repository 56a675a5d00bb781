// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

#include "harness/agent/seed.h"

/// Synthetic histories with known changes, for tests and for the table of tests/bench/history_bench. Values
/// are times around 1 ms; the noise of one value is 1 %.
namespace assay::test {

struct SeriesKind {
  std::string name;
  double noise = 0.01;        ///< standard deviation of a value
  double correlation = 0;     ///< of the noise with that of the value before
  double spikes = 0;          ///< share of values that are 15 % slower, alone
  double season = 0;          ///< amplitude of a wave of 24 values
  double later_noise = 0.01;  ///< from the middle on
  std::size_t ramp = 0;       ///< a change takes so many values
};

inline const std::vector<SeriesKind>& series_kinds() {
  static const std::vector<SeriesKind> kinds{
      {"step"},
      {"ramp", 0.01, 0, 0, 0, 0.01, 20},
      {"spikes", 0.01, 0, 0.03},
      {"variance change", 0.005, 0, 0, 0, 0.02},
      {"seasonal", 0.01, 0, 0, 0.01},
      {"autocorrelated", 0.01, 0.6},
  };
  return kinds;
}

struct SyntheticSeries {
  std::vector<double> values;       ///< times; larger is slower
  std::vector<std::size_t> begins;  ///< of each change
  std::size_t ramp = 0;             ///< each takes so many values; 0: one
};

/// 400 values with a change by `size` (0.05: 5 % slower, then as fast as before, ...) about every 100.
inline SyntheticSeries make_series(const SeriesKind& kind, double size, std::uint64_t seed) {
  constexpr std::size_t length = 400;
  std::uint64_t drawn = 0;
  const auto uniform = [&] {
    return (static_cast<double>(assay_seed_u64(seed, drawn++) >> 11) + 0.5) * 0x1p-53;
  };
  const auto normal = [&] {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  };
  SyntheticSeries series;
  series.ramp = kind.ramp;
  for (std::size_t i = 1; i < 4; ++i) {
    if (size > 0) series.begins.push_back(100 * i - 20 + static_cast<std::size_t>(40 * uniform()));
  }
  double last = 0;
  for (std::size_t i = 0; i < length; ++i) {
    double level = 0;
    for (std::size_t c = 0; c < series.begins.size(); ++c) {
      if (i < series.begins[c]) continue;
      const double done =
          kind.ramp == 0
              ? 1
              : std::min(1.0, static_cast<double>(i - series.begins[c] + 1) / static_cast<double>(kind.ramp));
      level += (c % 2 == 0 ? 1 : -1) * done * std::log1p(size);
    }
    const double noise = i < length / 2 ? kind.noise : kind.later_noise;
    last = kind.correlation * last + std::sqrt(1 - kind.correlation * kind.correlation) * normal();
    level += noise * last;
    level += kind.season * std::sin(2 * std::numbers::pi * static_cast<double>(i) / 24);
    if (uniform() < kind.spikes) level += std::log(1.15);
    series.values.push_back(1e6 * std::exp(level));
  }
  return series;
}

/// What a detector told of series: hits are changes with one told from `tolerance` before to `tolerance`
/// after (of a ramp: its end); what is told elsewhere is false, and what is told again unless it is of a
/// ramp.
struct Score {
  double told = 0;
  double right = 0;  ///< told, and a change is there
  double changes = 0;
  double found = 0;
  double series = 0;
  double precision() const { return told > 0 ? right / told : 1; }
  double recall() const { return changes > 0 ? found / changes : 1; }
  double false_per_1000() const { return series > 0 ? (told - right) / (series * 0.4) : 0; }
};

inline void score(Score& score, const SyntheticSeries& series, const std::vector<std::size_t>& told) {
  constexpr std::size_t tolerance = 10;
  ++score.series;
  score.told += static_cast<double>(told.size());
  score.changes += static_cast<double>(series.begins.size());
  for (const std::size_t begin : series.begins) {
    const auto there = static_cast<double>(std::count_if(told.begin(), told.end(), [&](std::size_t at) {
      return at + tolerance >= begin && at <= begin + series.ramp + tolerance;
    }));
    score.found += std::min(there, 1.0);
    score.right += series.ramp > 0 ? there : std::min(there, 1.0);
  }
}

/// The rule of many CI scripts: 10 % off the value before.
inline std::vector<std::size_t> previous_plus_10(const std::vector<double>& values) {
  std::vector<std::size_t> told;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] > values[i - 1] * 1.1 || values[i] < values[i - 1] / 1.1) told.push_back(i);
  }
  return told;
}

/// Off the mean of the 30 values before by 3 of their standard deviations; then silent for 10.
inline std::vector<std::size_t> rolling_z(const std::vector<double>& values) {
  constexpr std::size_t window = 30;
  std::vector<std::size_t> told;
  for (std::size_t i = window; i < values.size(); ++i) {
    double mean = 0;
    for (std::size_t j = i - window; j < i; ++j) mean += values[j] / window;
    double squares = 0;
    for (std::size_t j = i - window; j < i; ++j) squares += (values[j] - mean) * (values[j] - mean);
    const bool silent = !told.empty() && i - told.back() < 10;
    if (!silent && std::abs(values[i] - mean) > 3 * std::sqrt(squares / (window - 1))) told.push_back(i);
  }
  return told;
}

}  // namespace assay::test

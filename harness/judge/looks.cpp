// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/looks.h"

#include <algorithm>
#include <cmath>

#include "harness/stats/distribution.h"
#include "harness/stats/signed_rank.h"

namespace assay {

namespace {

constexpr double rank_share = 0.95;  ///< of the error; signs have the rest

double joined(double by_ranks, double by_signs) {
  return std::min({1.0, by_ranks / rank_share, by_signs / (1 - rank_share)});
}

double p_greater(std::span<const double> differences, double shift) {
  return joined(stats::signed_rank(differences, shift).p_greater,
                stats::sign_test(differences, shift).p_greater);
}

double p_less(std::span<const double> differences, double shift) {
  return joined(stats::signed_rank(differences, shift).p_less, stats::sign_test(differences, shift).p_less);
}

}  // namespace

std::vector<Look> plan_looks(int batch, int most, double error) {
  std::vector<Look> looks;
  for (int pairs = batch; pairs <= most; pairs += batch) looks.push_back({pairs, 0});
  // The smallest p of n pairs falls by 2^-batch from look to look, the weights by far less: what cannot
  // reject stands at the beginning.
  for (std::size_t first = 0; first < looks.size(); ++first) {
    double sum = 0;
    for (std::size_t i = first; i < looks.size(); ++i) sum += std::pow(looks[i].pairs, 2);
    for (std::size_t i = 0; i < looks.size(); ++i) {
      looks[i].weight = i < first ? 0 : std::pow(looks[i].pairs, 2) / sum;
    }
    if (std::ldexp(1.0, -looks[first].pairs) / rank_share <= error * looks[first].weight) return looks;
  }
  return {};
}

LookTest test_look(std::span<const double> differences, double margin, double smallest_effect) {
  LookTest test;
  test.pairs = static_cast<int>(differences.size());
  if (differences.empty()) return test;
  test.better = p_greater(differences, margin);
  test.worse = p_less(differences, -margin);
  test.same = std::max(p_less(differences, smallest_effect), p_greater(differences, -smallest_effect));
  return test;
}

Shift estimate_shift(std::span<const double> differences, double error) {
  Shift shift{stats::hodges_lehmann(differences), {}};
  const auto ranks = stats::signed_rank_interval(differences, 1 - rank_share * error);
  const auto signs = stats::sign_interval(differences, 1 - (1 - rank_share) * error);
  if (ranks) shift.interval = ranks->interval;
  if (!signs) return shift;
  const auto width = [](const stats::Interval& interval) { return interval.high - interval.low; };
  if (!ranks || width(signs->interval) < width(*shift.interval)) shift.estimate = stats::median(differences);
  if (!ranks) {
    shift.interval = signs->interval;
    return shift;
  }
  const stats::Interval both{std::max(ranks->interval.low, signs->interval.low),
                             std::min(ranks->interval.high, signs->interval.high)};
  if (both.low <= both.high) shift.interval = both;
  return shift;
}

LookTest test_sum(std::span<const double> differences, double unit, double smallest_effect) {
  LookTest test;
  test.pairs = static_cast<int>(differences.size());
  if (differences.empty()) return test;
  const stats::SignFlip zero = stats::sign_flip(differences, 0, unit);
  test.better = zero.p_greater;
  test.worse = zero.p_less;
  test.same = std::max(stats::sign_flip(differences, smallest_effect, unit).p_less,
                       stats::sign_flip(differences, -smallest_effect, unit).p_greater);
  return test;
}

double chance_to_decide(const Projection& now, double smallest_effect, double margin, double error,
                        double same_error) {
  const double final_spread = now.spread * std::sqrt(now.part);
  const double moves = now.spread * std::sqrt(std::max(0.0, 1 - now.part));
  const auto chance_below = [&](double bound) {
    if (moves > 0) return stats::normal_cdf((bound - now.estimate) / moves);
    return now.estimate < bound ? 1.0 : 0.0;
  };
  const double beyond = std::max(smallest_effect, margin - stats::normal_quantile(error) * final_spread);
  double chance = chance_below(-beyond) + 1 - chance_below(beyond);
  if (same_error > 0) {
    const double within = smallest_effect + stats::normal_quantile(same_error) * final_spread;
    if (within > 0) chance += chance_below(within) - chance_below(-within);
  }
  return std::min(chance, 1.0);
}

}  // namespace assay

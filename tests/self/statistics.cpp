// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "harness/stats/quantile.h"
#include "harness/stats/signed_rank.h"
#include "tests/self/cases.h"

namespace assay {

Workload workload_self_statistics();

namespace {

std::vector<double> reals(std::span<const float> x) { return {x.begin(), x.end()}; }

double middle(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// Hodges and Lehmann's estimate as it is defined: the median of the means of all pairs, each with itself,
/// too.
double shift_by_definition(const std::vector<double>& values) {
  std::vector<double> means;
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) means.push_back((values[i] + values[j]) / 2);
  }
  return middle(std::move(means));
}

/// The median lies in its interval, and so does the shift in its own.
void write(std::span<float> y, double median, double shift, bool intervals_hold) {
  std::fill(y.begin(), y.end(), 0.0F);
  const double said[] = {median, shift, intervals_hold ? 1.0 : 0.0};
  for (std::size_t i = 0; i < std::min<std::size_t>(y.size(), 3); ++i) y[i] = static_cast<float>(said[i]);
}

}  // namespace

Workload workload_self_statistics() {
  return {{.name = "self.statistics",
           .doc = "what a look of the rule of pairs works out from n differences: median, Hodges-Lehmann "
                  "shift, exact intervals of both, signed ranks and signs",
           .parameters = {{"n", std::int64_t{60}, "differences"}},
           .presets = {{"xs", {{"n", std::int64_t{24}}}}},
           .unit_of_work = "differences",
           .tolerances = {{"float", "abs", 1e-6}},
           .operations_formula = "n",
           .bytes_formula = "4 * n"},
          {array_kernel("reference", {},
                        [](const Arrays& a) {
                          const auto values = reals(a.inputs[0]);
                          write(a.output, middle(values), shift_by_definition(values), true);
                        }),
           array_kernel(self::assay_path, {}, [](const Arrays& a) {
             auto values = reals(a.inputs[0]);
             const double shift = stats::hodges_lehmann(values);
             const auto around = stats::signed_rank_interval(values, 0.95);
             const auto ranks = stats::signed_rank(values);
             const auto signs = stats::sign_test(values);
             std::sort(values.begin(), values.end());
             const double median = stats::quantile_sorted(values, 0.5);
             const auto interval = stats::quantile_interval(values, 0.5);
             const auto holds = [](const stats::Interval& of, double x) {
               return of.low <= x && x <= of.high;
             };
             write(a.output, median, shift,
                   around && interval && holds(around->interval, shift) && holds(*interval, median) &&
                       ranks.p_greater + ranks.p_less >= 1 && signs.p_greater + signs.p_less >= 1);
           })}};
}

}  // namespace assay

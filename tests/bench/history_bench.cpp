// SPDX-License-Identifier: Apache-2.0
// history_bench [SERIES]: precision and recall of change points beside two simpler rules, on SERIES (200)
// synthetic series of each kind and size; then what 10,000 values and one more cost; ends with 1 when that is
// more than 100 ms and 1 ms.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "harness/stats/change_points.h"
#include "tests/support/series.h"

namespace {

using namespace assay;

std::vector<std::size_t> told(const std::vector<double>& values) {
  std::vector<double> logs;
  for (const double value : values) logs.push_back(std::log(value));
  stats::ChangePointRules rules;
  rules.smallest = std::log1p(0.005);
  std::vector<std::size_t> places;
  const stats::ChangePoints points = stats::change_points(logs, rules);
  for (const auto& change : points.changes()) places.push_back(change.index);
  return places;
}

void print(const test::Score& score) {
  if (score.changes > 0) {
    std::printf(" | %5.1f %5.1f", 100 * score.precision(), 100 * score.recall());
  } else {
    std::printf(" | %11.2f", score.false_per_1000());
  }
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 200;
  std::printf(
      "Precision and recall in %%; without a change false alarms of 1,000 values. %d series of 400 values a "
      "row.\n",
      count);
  std::printf("%-16s %5s | %11s | %11s | %11s\n", "noise", "size", "Assay", "previous+10%", "rolling z");
  for (const auto& kind : test::series_kinds()) {
    for (const double size : {0.0, 0.01, 0.02, 0.05, 0.10}) {
      test::Score ours, previous, rolling;
      for (int i = 0; i < count; ++i) {
        const auto series = test::make_series(
            kind, size, static_cast<std::uint64_t>(i) * 1000 + static_cast<std::uint64_t>(size * 100));
        test::score(ours, series, told(series.values));
        test::score(previous, series, test::previous_plus_10(series.values));
        test::score(rolling, series, test::rolling_z(series.values));
      }
      std::printf("%-16s %4.0f%%", kind.name.c_str(), size * 100);
      print(ours), print(previous), print(rolling);
      std::printf("\n");
    }
  }
  const auto kind = test::series_kinds()[2];
  std::vector<double> values;
  for (std::uint64_t i = 0; values.size() < 10'000; ++i) {
    for (const double value : test::make_series(kind, 0.02, i).values) values.push_back(std::log(value));
  }
  bool missed = false;
  for (int i = 0; i < 3; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    stats::ChangePoints points = stats::change_points(values);
    const double all = seconds_since(begin);
    const auto more = std::chrono::steady_clock::now();
    for (int k = 0; k < 1000; ++k) points.append(values[static_cast<std::size_t>(k)]);
    const double one = seconds_since(more) / 1000;
    std::printf("10,000 values: %.1f ms; one more, mean of 1,000: %.1f us; %zu changes told\n", all * 1e3,
                one * 1e6, points.changes().size());
    missed = missed || all >= 0.1 || one >= 0.001;
  }
  if (missed) std::printf("missed: 10,000 values in 100 ms, one more in 1 ms\n");
  return missed ? 1 : 0;
}

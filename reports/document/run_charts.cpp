// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>

#include "harness/stats/quantile.h"
#include "reports/document/run.h"
#include "reports/document/words.h"

namespace assay::reports {

namespace {

/// How far a case's launches lie apart: 0.5 is half as long again. 0 where that is not known.
double spread_of(const ResultRow& row) {
  if (row.status != Status::ok || row.launch_medians_ns.size() < 2) return 0;
  const auto [low, high] = std::minmax_element(row.launch_medians_ns.begin(), row.launch_medians_ns.end());
  return *low > 0 && std::isfinite(*high) ? *high / *low - 1 : 0;
}

/// Quantiles at even steps, ends included: a picture of many samples in few.
std::vector<double> thinned(std::vector<double> values) {
  constexpr std::size_t most = 150;
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  std::sort(values.begin(), values.end());
  if (values.size() <= most) return values;
  std::vector<double> out;
  for (std::size_t i = 0; i < most; ++i) out.push_back(values[i * (values.size() - 1) / (most - 1)]);
  return out;
}

}  // namespace

std::vector<const ResultRow*> worst_cases(const std::vector<ResultRow>& rows, std::size_t most) {
  std::vector<const ResultRow*> cases;
  for (const auto& row : rows) {
    if (spread_of(row) > 0) cases.push_back(&row);
  }
  std::stable_sort(cases.begin(), cases.end(),
                   [](const ResultRow* a, const ResultRow* b) { return spread_of(*a) > spread_of(*b); });
  if (cases.size() > most) cases.resize(most);
  return cases;
}

std::vector<LaunchTimes> telling_launches(std::vector<LaunchTimes> launches) {
  std::erase_if(launches, [](const LaunchTimes& one) { return one.call_ns.empty(); });
  if (launches.size() < 3) return launches;
  std::stable_sort(launches.begin(), launches.end(), [](const LaunchTimes& a, const LaunchTimes& b) {
    return stats::median(a.call_ns) < stats::median(b.call_ns);
  });
  const auto take = [&](const char* what, std::size_t i) {
    return LaunchTimes{std::string(what) + " (" + launches[i].name + ")", launches[i].call_ns};
  };
  return {take("fastest", 0), take("middle", launches.size() / 2), take("slowest", launches.size() - 1)};
}

chart::EcdfChart times_chart(const std::string& title, const std::vector<LaunchTimes>& launches) {
  chart::EcdfChart picture;
  picture.title = title;
  picture.x.title = "time of a call";
  picture.x.unit = {chart::Unit::Kind::seconds, ""};
  double low = INFINITY;
  double high = 0;
  for (const auto& launch : launches) {
    chart::Samples samples{launch.name, thinned(launch.call_ns)};
    for (double& value : samples.values) value *= 1e-9;
    for (const double value : samples.values) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
    picture.series.push_back(std::move(samples));
  }
  constexpr double wide = 5;  // stragglers would press everything else against the axis
  if (low > 0 && high > wide * low) picture.x.scale = chart::Scale::log;
  picture.description = title + ": the share of calls that took at most so long, launch by launch.";
  return picture;
}

}  // namespace assay::reports

// SPDX-License-Identifier: Apache-2.0
#include "gui/model/samples.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gui/model/words.h"
#include "harness/stats/quantile.h"

namespace assay::gui {

std::vector<double> seconds_of(const std::vector<LaunchTimes>& launches) {
  std::vector<double> all;
  for (const LaunchTimes& launch : launches) {
    for (const double ns : launch.ns) all.push_back(ns * 1e-9);
  }
  return all;
}

Distribution narrowed(const Distribution& data, const Range& ns) {
  Distribution part = data;
  for (auto* launches : {&part.base, &part.candidate}) {
    for (LaunchTimes& launch : *launches)
      std::erase_if(launch.ns, [&](double value) { return !ns.holds(value); });
    std::erase_if(*launches, [](const LaunchTimes& launch) { return launch.ns.empty(); });
  }
  return part;
}

std::vector<double> autocorrelation(const std::vector<LaunchTimes>& launches, std::size_t most) {
  std::size_t longest = 0;
  for (const LaunchTimes& launch : launches) longest = std::max(longest, launch.ns.size());
  const std::size_t lags = std::min(most, longest / 4);
  std::vector<double> sums(lags, 0);
  double squares = 0;
  for (const LaunchTimes& launch : launches) {
    std::vector<double> off = launch.ns;
    double mean = 0;
    for (const double value : off) mean += value;
    mean /= static_cast<double>(std::max<std::size_t>(1, off.size()));
    for (double& value : off) value -= mean;
    for (const double value : off) squares += value * value;
    for (std::size_t k = 1; k <= lags; ++k) {
      for (std::size_t t = 0; t + k < off.size(); ++t) sums[k - 1] += off[t] * off[t + k];
    }
  }
  if (!(squares > 0)) return {};
  for (double& sum : sums) sum /= squares;
  return sums;
}

double quantile_of(const std::vector<double>& sorted, double p) {
  if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
  return stats::quantile_sorted(sorted, p);
}

std::vector<double> bin_edges(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  double low = quantile_of(values, 0.005);
  double high = quantile_of(values, 0.995);
  if (!(high > low)) {
    const double room = low > 0 ? low * 0.01 : 1e-9;
    low -= room;
    high += room;
  }
  const double spread = quantile_of(values, 0.75) - quantile_of(values, 0.25);
  const double width = 2 * spread / std::cbrt(static_cast<double>(values.size()));
  const double wanted = width > 0 ? (high - low) / width : 8;
  const auto count = static_cast<std::size_t>(std::clamp(wanted, 8.0, 80.0));
  std::vector<double> edges;
  for (std::size_t i = 0; i <= count; ++i)
    edges.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(count));
  return edges;
}

std::vector<double> bin_counts(const std::vector<double>& values, const std::vector<double>& edges) {
  if (edges.size() < 2) return {};
  std::vector<double> counts(edges.size() - 1, 0);
  for (const double value : values) {
    const auto above = std::upper_bound(edges.begin(), edges.end(), value) - edges.begin();
    const auto bin = std::clamp<std::ptrdiff_t>(above - 1, 0, static_cast<std::ptrdiff_t>(counts.size()) - 1);
    ++counts[static_cast<std::size_t>(bin)];
  }
  return counts;
}

Table launches_table(const Distribution& data) {
  Table table;
  table.columns = {{"run", false, true}, {"launch", true}, {"samples", true}, {"median", true},
                   {"p90", true},        {"p99", true},    {"lowest", true},  {"highest", true}};
  table.empty = "No samples";
  const auto add = [&](const std::string& side, const std::string& run,
                       const std::vector<LaunchTimes>& launches) {
    for (const LaunchTimes& launch : launches) {
      std::vector<double> sorted = launch.ns;
      std::sort(sorted.begin(), sorted.end());
      const auto time = [&](double p, std::size_t least) -> Cell {
        if (sorted.size() < least || (least > 1 && data.batch > 1)) return {"-", std::nullopt, Tone::muted};
        const double value = quantile_of(sorted, p);
        return {value_text("ns", value), value};
      };
      TableRow row;
      row.id = side + std::to_string(launch.index);
      row.cells = {{side + " " + run.substr(0, 8), std::nullopt},
                   {std::to_string(launch.index + 1), launch.index},
                   {std::to_string(sorted.size()), static_cast<double>(sorted.size())},
                   time(0.5, 1),
                   time(0.9, 29),
                   time(0.99, 299),
                   time(0, 1),
                   time(1, 1)};
      table.rows.push_back(std::move(row));
    }
  };
  add("base", data.base_id, data.base);
  add("new", data.candidate_id, data.candidate);
  return table;
}

}  // namespace assay::gui

// SPDX-License-Identifier: Apache-2.0
#include "gui/model/charts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gui/model/samples.h"
#include "gui/model/tables.h"
#include "gui/model/words.h"
#include "reports/document/history_words.h"

namespace assay::gui {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::string side_name(const char* side, const std::string& run) {
  return std::string(side) + " " + run.substr(0, 8);
}

}  // namespace

chart::LineChart history_chart(const SeriesHistory& data) {
  return reports::history_chart(data.series, data.states);
}

chart::BarChart ratio_chart(const Comparison& comparison, const std::vector<int>& order, std::size_t most) {
  chart::BarChart picture;
  picture.title = "New beside base: above 1 is better";
  picture.axis.unit = {chart::Unit::Kind::ratio, ""};
  picture.axis.scale = chart::Scale::log;
  picture.reference = 1;
  picture.empty =
      "No case has a ratio: the table says why. Other machines are held against each other by Hosts.";
  struct Row {
    const Pair* pair;
    const Verdict* verdict;
  };
  std::vector<Row> rows;
  for (const int i : order) {
    const Pair& pair = comparison.pairs[static_cast<std::size_t>(i)];
    const Verdict* verdict = pair.headline();
    if (verdict != nullptr && verdict->ratio && *verdict->ratio > 0) rows.push_back({&pair, verdict});
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return *a.verdict->ratio < *b.verdict->ratio; });
  if (rows.size() > most) {
    picture.title += ", the lowest " + std::to_string(most) + " of " + std::to_string(rows.size());
    rows.resize(most);
  }
  for (const auto& [pair, verdict] : rows) {
    chart::BarRow row;
    row.name = pair->key + (pair->value.empty() ? "" : "  " + pair->value);
    row.value = *verdict->ratio;
    row.low = verdict->ci_low.value_or(nan);
    row.high = verdict->ci_high.value_or(nan);
    const bool slower = verdict->outcome == Outcome::slower;
    const bool faster = verdict->outcome == Outcome::faster;
    row.role = slower ? chart::Role::bad : faster ? chart::Role::good : chart::Role::muted;
    row.shape = slower ? chart::Shape::triangle_down : faster ? chart::Shape::triangle : chart::Shape::circle;
    row.note = to_string(verdict->outcome);
    row.id = row_id(*pair);
    picture.rows.push_back(std::move(row));
  }
  return picture;
}

chart::EcdfChart ecdf_chart(const Distribution& data) {
  chart::EcdfChart picture;
  picture.title = "Share of samples at or below";
  picture.x = {"time of a call", {chart::Unit::Kind::seconds, ""}, chart::Scale::linear, {}};
  for (const auto& [side, run, launches] : {std::tuple{"base", &data.base_id, &data.base},
                                            std::tuple{"new", &data.candidate_id, &data.candidate}}) {
    if (!launches->empty()) picture.series.push_back({side_name(side, *run), seconds_of(*launches)});
  }
  return picture;
}

chart::HistogramChart histogram_chart(const Distribution& data) {
  chart::HistogramChart picture;
  picture.title = "Histogram";
  picture.x = {"time of a call", {chart::Unit::Kind::seconds, ""}, chart::Scale::linear, {}};
  const std::vector<double> base = seconds_of(data.base);
  const std::vector<double> candidate = seconds_of(data.candidate);
  std::vector<double> both = base;
  both.insert(both.end(), candidate.begin(), candidate.end());
  const std::vector<double> edges = bin_edges(std::move(both));
  if (edges.empty()) return picture;
  if (!base.empty())
    picture.series.push_back({side_name("base", data.base_id), edges, bin_counts(base, edges)});
  if (!candidate.empty())
    picture.series.push_back({side_name("new", data.candidate_id), edges, bin_counts(candidate, edges)});
  return picture;
}

chart::LineChart percentile_chart(const Distribution& data) {
  chart::LineChart picture;
  picture.title = "1 call in N takes longer";
  picture.x = {"N (100: p99)", {chart::Unit::Kind::plain, ""}, chart::Scale::log, {}};
  picture.y.unit = {chart::Unit::Kind::seconds, ""};
  picture.empty = data.batch > 1 ? "A sample is the mean of several calls: no tail is known" : "No samples";
  if (data.batch > 1) return picture;
  for (const auto& [side, run, launches] : {std::tuple{"base", &data.base_id, &data.base},
                                            std::tuple{"new", &data.candidate_id, &data.candidate}}) {
    std::vector<double> sorted = seconds_of(*launches);
    if (sorted.empty()) continue;
    std::sort(sorted.begin(), sorted.end());
    const auto n = static_cast<double>(sorted.size());
    chart::LineSeries line;
    line.name = side_name(side, *run);
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      line.x.push_back(n / (n - static_cast<double>(i)));
      line.y.push_back(sorted[i]);
    }
    picture.series.push_back(std::move(line));
  }
  return picture;
}

chart::HeatMap heat_map(const Distribution& data) {
  chart::HeatMap picture;
  const bool both = !data.candidate.empty();
  const std::vector<LaunchTimes>& launches = both ? data.candidate : data.base;
  picture.title =
      "Over the launch: " + side_name(both ? "new" : "base", both ? data.candidate_id : data.base_id);
  picture.x = {"sample of its launch", {chart::Unit::Kind::plain, ""}, chart::Scale::linear, {}};
  picture.y.unit = {chart::Unit::Kind::seconds, ""};
  std::size_t longest = 0;
  for (const LaunchTimes& launch : launches) longest = std::max(longest, launch.ns.size());
  std::vector<double> edges = bin_edges(seconds_of(launches));
  if (longest == 0 || edges.empty()) return picture;
  if (edges.size() > 41) {  // rows as high as a letter
    const double low = edges.front(), high = edges.back();
    edges.clear();
    for (int i = 0; i <= 40; ++i) edges.push_back(low + (high - low) * i / 40);
  }
  const std::size_t columns = std::min<std::size_t>(60, longest);
  const std::size_t rows = edges.size() - 1;
  for (std::size_t c = 0; c <= columns; ++c)
    picture.x_edges.push_back(static_cast<double>(longest) * static_cast<double>(c) /
                              static_cast<double>(columns));
  picture.y_edges = edges;
  picture.counts.assign(columns * rows, 0);
  for (const LaunchTimes& launch : launches) {
    for (std::size_t i = 0; i < launch.ns.size(); ++i) {
      const auto above = std::upper_bound(edges.begin(), edges.end(), launch.ns[i] * 1e-9) - edges.begin();
      const auto row = std::clamp<std::ptrdiff_t>(above - 1, 0, static_cast<std::ptrdiff_t>(rows) - 1);
      picture.counts[i * columns / longest * rows + static_cast<std::size_t>(row)] += 1;
    }
  }
  return picture;
}

chart::LineChart order_chart(const Distribution& data) {
  chart::LineChart picture;
  picture.title = "Samples in order";
  picture.x.title = "sample";
  picture.x.whole = true;
  picture.y.unit = {chart::Unit::Kind::seconds, ""};
  picture.empty = "No samples";
  for (const auto& [side, run, launches] : {std::tuple{"base", &data.base_id, &data.base},
                                            std::tuple{"new", &data.candidate_id, &data.candidate}}) {
    if (launches->empty()) continue;
    chart::LineSeries line;
    line.name = side_name(side, *run);
    line.gaps = true;
    for (const LaunchTimes& launch : *launches) {
      for (const double ns : launch.ns) {
        line.x.push_back(static_cast<double>(line.x.size()));
        line.y.push_back(ns * 1e-9);
      }
      line.x.push_back(static_cast<double>(line.x.size()));  // a launch ends: the line breaks
      line.y.push_back(nan);
    }
    line.x.pop_back();
    line.y.pop_back();
    picture.series.push_back(std::move(line));
  }
  return picture;
}

chart::ViolinChart violin_chart(const Distribution& data) {
  chart::ViolinChart picture;
  picture.title = "How often";
  picture.axis = {"time of a call", {chart::Unit::Kind::seconds, ""}, chart::Scale::linear, {}};
  for (const auto& [side, run, launches] : {std::tuple{"base", &data.base_id, &data.base},
                                            std::tuple{"new", &data.candidate_id, &data.candidate}}) {
    if (!launches->empty()) picture.rows.push_back({side_name(side, *run), seconds_of(*launches)});
  }
  return picture;
}

chart::LineChart autocorrelation_chart(const Distribution& data) {
  constexpr std::size_t most_lags = 60;
  chart::LineChart picture;
  picture.title = "Correlation with later samples";
  picture.x.title = "samples later, in one launch";
  picture.x.whole = true;
  picture.empty = "Too few samples a launch, or they do not vary";
  double fewest = 0;
  for (const auto& [side, run, launches] : {std::tuple{"base", &data.base_id, &data.base},
                                            std::tuple{"new", &data.candidate_id, &data.candidate}}) {
    const std::vector<double> values = autocorrelation(*launches, most_lags);
    if (values.empty()) continue;
    const auto n = static_cast<double>(seconds_of(*launches).size());
    fewest = fewest > 0 ? std::min(fewest, n) : n;
    chart::LineSeries line;
    line.name = side_name(side, *run);
    for (std::size_t k = 0; k < values.size(); ++k) line.x.push_back(static_cast<double>(k + 1));
    line.y = values;
    picture.series.push_back(std::move(line));
  }
  if (picture.series.empty()) return picture;
  const double chance = 1.96 / std::sqrt(fewest);  // of independent samples, 95 %
  picture.bands.push_back({-chance, chance, "by chance", false});
  picture.references.push_back({0, "", false, chart::Role::muted});
  return picture;
}

chart::BarChart launches_chart(const Distribution& data) {
  chart::BarChart picture;
  picture.title = "Launches: median, middle 80 %";
  picture.axis.unit = {chart::Unit::Kind::seconds, ""};
  picture.empty = "No samples";
  for (const auto& [side, launches, number] :
       {std::tuple{"base", &data.base, 0}, std::tuple{"new", &data.candidate, 1}}) {
    for (const LaunchTimes& launch : *launches) {
      std::vector<double> sorted = launch.ns;
      std::sort(sorted.begin(), sorted.end());
      if (sorted.empty()) continue;
      chart::BarRow row;
      row.name = std::string(side) + " " + std::to_string(launch.index + 1);
      row.value = quantile_of(sorted, 0.5) * 1e-9;
      row.low = quantile_of(sorted, 0.1) * 1e-9;
      row.high = quantile_of(sorted, 0.9) * 1e-9;
      row.role = chart::series_role(static_cast<std::size_t>(number));
      row.shape = chart::series_shape(static_cast<std::size_t>(number));
      picture.rows.push_back(std::move(row));
    }
  }
  return picture;
}

}  // namespace assay::gui

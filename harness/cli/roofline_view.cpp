// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/roofline_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/cli/answer.h"
#include "harness/cli/format.h"
#include "harness/cli/table.h"
#include "harness/core/privacy.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

using nlohmann::ordered_json;

const char* name_of(Limit::Kind kind) {
  switch (kind) {
    case Limit::Kind::bandwidth:
      return "bandwidth";
    case Limit::Kind::latency:
      return "latency";
    case Limit::Kind::arithmetic:
      return "arithmetic";
    case Limit::Kind::clock:
      return "clock";
    case Limit::Kind::handover:
      return "hand-over";
    case Limit::Kind::fork_join:
      return "fork and join";
    case Limit::Kind::gap:
      return "disturbance";
    case Limit::Kind::launch:
      return "launch";
    case Limit::Kind::transfer:
      return "transfer";
  }
  return "";
}

std::string readable(const MetricValue& value) {
  const double x = *value.value;
  if (value.unit.ends_with("/s")) return rate(x, value.unit.substr(0, value.unit.size() - 2));
  if (value.unit == "Hz") return frequency(x);
  return duration(x);
}

/// With what a limit was reached, or a case ran.
std::string with_text(const Roofline& roofline, int threads) {
  if (roofline.device != "cpu") return roofline.device;
  return threads == 1 ? "1 thread" : fmt::format("{} threads", threads);
}

/// Numbers that a level or type is drawn by: the best that was seen, on the CPU for reading where it is a
/// bandwidth.
/// More threads can do what fewer did: short arrays cost less to read than to share out.
std::map<std::string, double> peaks(const Roofline& roofline, Limit::Kind kind, int threads) {
  std::map<std::string, double> best;
  for (const auto& limit : roofline.limits) {
    if (limit.kind != kind || limit.threads > threads) continue;
    if (kind == Limit::Kind::bandwidth && roofline.device == "cpu" && !limit.what.ends_with(" load"))
      continue;
    const std::string name =
        kind == Limit::Kind::bandwidth ? limit.level : limit.what.substr(0, limit.what.find(','));
    best[name] = std::max(best[name], *limit.value.value);
  }
  return best;
}

ordered_json metric_json(const MetricValue& metric) {
  const auto number = [](const std::optional<double>& x) {
    return x ? ordered_json(*x) : ordered_json(nullptr);
  };
  return {{"value", number(metric.value)},     {"unit", metric.unit}, {"ci_low", number(metric.ci_low)},
          {"ci_high", number(metric.ci_high)}, {"n", metric.n},       {"reason", metric.reason}};
}

}  // namespace

std::string limits_table(const Roofline& roofline, std::size_t width) {
  Table table({{"limit", false, always},
               {"of", false, always},
               {"size", true, 3},
               {"with", false, 5},
               {"reached", true, always},
               {"interval", true, 4},
               {"launches", true, 2}});
  for (const auto& limit : roofline.limits) {
    const MetricValue& value = limit.value;
    table.add({name_of(limit.kind), limit.what, limit.bytes > 0 ? bytes(limit.bytes) : "",
               with_text(roofline, limit.threads), readable(value),
               half_width(*value.value, value.ci_low, value.ci_high), std::to_string(value.n)});
  }
  std::string text = table.text(width);
  for (const auto& limit : roofline.limits) {
    for (const auto& note : limit.notes)
      text += printable(limit.case_key) + ": " + printable(note.text) + "\n";
  }
  return text;
}

std::string placements_table(const Roofline& roofline, std::size_t width) {
  if (roofline.placements.empty()) return "";
  const bool counted = std::any_of(roofline.placements.begin(), roofline.placements.end(),
                                   [](const Placement& placed) { return placed.counted_intensity > 0; });
  std::vector<Column> columns{{"case", false, always},        {"with", false, 3},
                              {"operations a byte", true, 4}, {"reached", true, 5},
                              {"of limit", true, always},     {"why", false, 6}};
  if (counted) columns.insert(columns.begin() + 3, {"a counted byte", true, 3});
  Table table(columns);
  const auto intensity = [](double x) { return x > 0 ? fmt::format("{:.3g}", x) : std::string(); };
  for (const auto& placed : roofline.placements) {
    std::vector<std::string> cells{placed.case_key,
                                   with_text(roofline, placed.threads),
                                   intensity(placed.intensity),
                                   placed.performance > 0 ? rate(placed.performance, "operations") : "",
                                   placed.fraction.value ? percent(*placed.fraction.value) : "",
                                   placed.fraction.reason};
    if (counted) cells.insert(cells.begin() + 3, intensity(placed.counted_intensity));
    table.add(std::move(cells));
  }
  return table.text(width);
}

chart::RooflineChart roofline_chart(const Roofline& roofline, int threads) {
  chart::RooflineChart picture;
  picture.title = fmt::format("Roofline, {}", with_text(roofline, threads));
  for (const auto& [name, peak] : peaks(roofline, Limit::Kind::bandwidth, threads))
    picture.memory.push_back({name, peak});
  for (const auto& [name, peak] : peaks(roofline, Limit::Kind::arithmetic, threads))
    picture.compute.push_back({name, peak});
  for (const auto& placed : roofline.placements) {
    if (placed.threads != threads || placed.intensity <= 0 || placed.performance <= 0) continue;
    const std::string family = placed.case_key.substr(0, placed.case_key.find('.'));
    auto known = std::find(picture.series.begin(), picture.series.end(), family);
    if (known == picture.series.end()) known = picture.series.insert(known, family);
    picture.points.push_back({placed.case_key.substr(0, placed.case_key.find('@')), placed.intensity,
                              placed.performance, static_cast<std::size_t>(known - picture.series.begin()),
                              placed.case_key});
  }
  return picture;
}

std::vector<chart::RooflineChart> roofline_charts(const Roofline& roofline) {
  std::set<int> counts;
  int most = roofline.device == "cpu" ? 1 : 0;
  for (const auto& limit : roofline.limits) {
    if (limit.kind == Limit::Kind::arithmetic) counts.insert(limit.threads);
    most = std::max(most, limit.threads);
  }
  if (counts.empty()) counts = {most};
  std::vector<chart::RooflineChart> charts;
  for (const int count : counts) charts.push_back(roofline_chart(roofline, count));
  return charts;
}

std::string sources_text(const Run& limits, const Run* cases) {
  const auto source = [](const Run& run) {
    return fmt::format("run {} of {} UTC on {}", run.id.substr(0, 8), utc(run.started_utc_ms),
                       printable(run.host.name, 100));
  };
  return "Limits: " + source(limits) + (cases == nullptr ? "" : "; cases: " + source(*cases)) + ".";
}

std::string roofline_json(const Roofline& roofline, const Run& limits_run, const Run* cases,
                          const std::string& contended, bool identify) {
  const auto source = [&](const Run* run) -> ordered_json {
    if (run == nullptr) return nullptr;
    return {{"run", run->id},
            {"state", run->state},
            {"host", identify ? run->host.name : pseudonym(run->host.name)},
            {"started_utc", utc(run->started_utc_ms)}};
  };
  ordered_json limits = ordered_json::array();
  for (const auto& limit : roofline.limits) {
    ordered_json notes = ordered_json::array();
    for (const auto& note : limit.notes) notes.push_back({{"code", note.code}, {"message", note.text}});
    limits.push_back({{"limit", name_of(limit.kind)},
                      {"of", limit.what},
                      {"level", limit.level},
                      {"threads", limit.threads},
                      {"case", limit.case_key},
                      {"metric", metric_json(limit.value)},
                      {"notes", notes}});
  }
  ordered_json placements = ordered_json::array();
  for (const auto& placed : roofline.placements) {
    const auto known = [](double x) { return x > 0 ? ordered_json(x) : ordered_json(nullptr); };
    placements.push_back({{"case", placed.case_key},
                          {"threads", placed.threads},
                          {"operations_per_byte", known(placed.intensity)},
                          {"operations_per_counted_byte", known(placed.counted_intensity)},
                          {"operations_per_s", known(placed.performance)},
                          {"fraction", metric_json(placed.fraction)}});
  }
  return json_answer("roofline", {{"run", limits_run.id},
                                  {"sources", {{"limits", source(&limits_run)}, {"cases", source(cases)}}},
                                  {"device", roofline.device},
                                  {"fidelity", roofline.fidelity},
                                  {"contended", contended},
                                  {"limits", limits},
                                  {"placements", placements}});
}

}  // namespace assay::cli

// SPDX-License-Identifier: Apache-2.0
// Why a case of a run is as fast as it is: what harness/answers says, as the window shows it.
#include <fmt/format.h>

#include <QSysInfo>
#include <algorithm>
#include <filesystem>
#include <map>

#include "gui/app/answers.h"
#include "gui/app/stored.h"
#include "harness/answers/profile.h"
#include "harness/answers/profile_difference.h"
#include "harness/answers/source_text.h"
#include "harness/core/region_span.h"
#include "reports/document/words.h"

namespace assay::gui {

namespace {

/// The limits as roofs, with this case beneath them.
std::optional<chart::RooflineChart> roofline_of(const std::vector<ResultRow>& roofs, const ResultRow& row,
                                                const Host& host) {
  if (roofs.empty()) return std::nullopt;
  const std::string& device = row.value.device;
  const bool cpu = device == "cpu";
  const Roofline roofline = make_roofline(roofs, {row}, host.host_class, device);
  const int threads = cpu ? std::max(1, row.threads) : 0;
  chart::RooflineChart picture;
  picture.title =
      "Roofline, " + (cpu ? std::to_string(threads) + (threads == 1 ? " thread" : " threads") : device);
  picture.performance = reports::chart_unit("operations/s").unit;  // as in the table above it
  const auto add = [](std::vector<chart::Roof>& into, const std::string& name, double peak) {
    const auto known =
        std::find_if(into.begin(), into.end(), [&](const chart::Roof& roof) { return roof.name == name; });
    if (known == into.end()) {
      into.push_back({name, peak});
    } else {
      known->peak = std::max(known->peak, peak);
    }
  };
  for (const Limit& limit : roofline.limits) {
    if (limit.threads > threads || !limit.value.value) continue;
    if (limit.kind == Limit::Kind::bandwidth && (!cpu || limit.what.ends_with(" load")))
      add(picture.memory, limit.level, *limit.value.value);
    if (limit.kind == Limit::Kind::arithmetic)
      add(picture.compute, limit.what.substr(0, limit.what.find(',')), *limit.value.value);
  }
  picture.series = {"this case"};
  for (const Placement& placed : roofline.placements) {
    if (placed.intensity <= 0 || placed.performance <= 0) continue;
    picture.points.push_back({placed.case_key, placed.intensity, placed.performance, 0, ""});
  }
  if (picture.memory.empty() && picture.compute.empty()) return std::nullopt;
  return picture;
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

std::vector<LoopListing> loops_of(const Profile& profile, const Run& run) {
  constexpr std::size_t most = 50;  // loops whose source is read
  SourceText source(run, QSysInfo::machineHostName().toStdString());
  std::vector<LoopListing> all;
  std::map<std::size_t, std::size_t> numbers;
  for (const HotLoop& loop : profile.loops) {
    const HotSpot& spot = profile.hot_spots[loop.spot];
    LoopListing one;
    one.function = spot.function;
    one.object = file_name(spot.object);
    one.source = file_name(spot.source);
    one.number = ++numbers[loop.spot];
    one.share = profile.instructions > 0 ? loop.instructions / profile.instructions : 0;
    one.turns = loop.turns;
    one.listing = listing_of(loop, profile.hot_spots, profile.loops);
    for (const HotInstruction& i : one.listing) {
      if (all.size() >= most || i.line <= 0) continue;
      const std::string& code = source.line(spot.source, i.line);
      if (!code.empty()) one.code.emplace(i.line, code);
    }
    const auto missing = source.missing();
    const auto why = missing.find(spot.source);
    if (why != missing.end()) one.no_code = why->second;
    all.push_back(std::move(one));
  }
  return all;
}

/// All, its objects, their functions, their loops, the largest first. What is in no hot spot has no frame.
std::vector<chart::FlameFrame> stacks_of(const Profile& profile) {
  std::vector<chart::FlameFrame> frames;
  if (profile.hot_spots.empty()) return frames;
  std::map<std::string, double> sums;
  double all = 0;
  for (const HotSpot& spot : profile.hot_spots) {
    sums[spot.object] += spot.instructions;
    all += spot.instructions;
  }
  std::vector<std::pair<std::string, double>> objects(sums.begin(), sums.end());
  std::stable_sort(objects.begin(), objects.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  frames.push_back({"all", 0, std::max(all, profile.instructions), std::nullopt, 0, ""});
  for (std::size_t kind = 0; kind < objects.size(); ++kind) {
    frames.push_back(
        {file_name(objects[kind].first), 1, objects[kind].second, std::nullopt, kind, objects[kind].first});
    for (std::size_t i = 0; i < profile.hot_spots.size(); ++i) {
      const HotSpot& spot = profile.hot_spots[i];
      if (spot.object != objects[kind].first) continue;
      frames.push_back({spot.function, 2, spot.instructions, std::nullopt, kind, file_name(spot.source)});
      std::size_t number = 0;
      for (const HotLoop& loop : profile.loops) {
        if (loop.spot != i) continue;
        frames.push_back({fmt::format("loop {}", ++number), 3, loop.instructions, std::nullopt, kind,
                          fmt::format("{} instructions, {:.10g} turns", loop.length, loop.turns)});
      }
    }
  }
  return frames;
}

std::vector<chart::FlameFrame> regions_of(const Profile& profile) {
  std::vector<chart::FlameFrame> frames;
  double all = 0;
  for (const RegionRow& region : profile.regions) all += region.depth == 0 ? region.share.value_or(0) : 0;
  if (all <= 0) return frames;
  frames.push_back({"run", 0, std::max(1.0, all), std::nullopt, 0, ""});
  for (const RegionRow& region : profile.regions) {
    const std::string calls = region.calls ? fmt::format("{:.10g} calls", *region.calls) : "";
    frames.push_back(
        {region.name, region.depth + 1, region.share.value_or(0), std::nullopt, region.depth, calls});
  }
  return frames;
}

/// Finds each frame in the other walk by the names that lead to it. `scale`: of the other's values.
void set_before(std::vector<chart::FlameFrame>& frames, const std::vector<chart::FlameFrame>& base,
                double scale) {
  const auto walk = [](const std::vector<chart::FlameFrame>& all, const auto& visit) {
    std::vector<std::string> paths;  // by depth
    for (std::size_t i = 0; i < all.size(); ++i) {
      paths.resize(std::min(all[i].depth, paths.size()));
      paths.push_back((paths.empty() ? "" : paths.back() + "\n") + all[i].name);
      visit(i, paths.back());
    }
  };
  std::map<std::string, double> known;
  walk(base, [&](std::size_t i, const std::string& path) { known[path] += base[i].value * scale; });
  walk(frames, [&](std::size_t i, const std::string& path) {
    const auto found = known.find(path);
    if (found != known.end()) frames[i].before = found->second;
  });
}

chart::TimelineChart timeline_of(const Profile& profile) {
  constexpr std::size_t most_rows = 24;
  chart::TimelineChart picture;
  picture.title = "Launches and their phases";
  picture.empty = "No launch of this case is stored in this run";
  for (const TimelineOf& line : profile.timeline) {
    chart::TimelineRow row{line.name, {}};
    for (const Span& span : line.spans)
      row.spans.push_back(
          {span.name, static_cast<double>(span.start_ns) * 1e-9, static_cast<double>(span.end_ns) * 1e-9});
    picture.rows.push_back(std::move(row));
  }
  chart::keep_ends(picture, most_rows);
  return picture;
}

/// A picture a quantity that was followed while it ran, a line a launch, over its own time.
std::vector<chart::LineChart> tracks_of(const std::vector<Launch>& launches) {
  constexpr std::size_t most_launches = 8;
  std::map<std::string, chart::LineChart> pictures;
  for (const Launch& launch : launches) {
    for (const Track& track : launch.tracks) {
      const bool spans =
          track.metric.starts_with("regions") || track.metric.starts_with("gpu.") || is_naming(track.unit);
      if (spans || track.offset_ns.empty()) continue;
      chart::LineChart& picture = pictures[track.metric];
      const reports::ChartUnit measure = reports::chart_unit(track.unit);
      picture.title = track.metric;
      picture.x = {"time of its launch", {chart::Unit::Kind::seconds, ""}, chart::Scale::linear, {}};
      picture.y.unit = measure.unit;
      if (picture.series.size() == most_launches) continue;
      chart::LineSeries line;
      line.name = fmt::format("{} launch {}", launch.lane, launch.index + 1);
      for (std::size_t i = 0; i < track.offset_ns.size(); ++i) {
        line.x.push_back(static_cast<double>(track.offset_ns[i]) * 1e-9);
        line.y.push_back(track.value[i] * measure.factor);
      }
      picture.series.push_back(std::move(line));
    }
  }
  std::vector<chart::LineChart> all;
  for (auto& [metric, picture] : pictures) all.push_back(std::move(picture));
  return all;
}

struct ProfiledCase {
  Profile profile;
  std::vector<ResultRow> roofs;
  Run run;
  std::vector<Launch> launches;
};

/// Absent where the run has no result of the case.
std::optional<ProfiledCase> profiled(const std::vector<std::string>& databases, const std::string& case_key,
                                     const std::string& run_id) {
  const FoundRun found = find_run(databases, run_id);
  const Run run = found.store.load_run(found.id);
  const PlannedCase* const one = planned(run, case_key);
  if (one == nullptr) return std::nullopt;
  const CaseRange range{one->ordinal, one->ordinal};
  const std::vector<ResultRow> rows = results(found.store, found.store.load_run(found.id, range),
                                              found.store.load_summaries(found.id, range));
  if (rows.empty()) return std::nullopt;
  ProfiledCase answer{
      {}, limits_of(found.store, run, one->value.device), run, found.store.load_case(found.id, one->ordinal)};
  answer.profile = make_profile(rows.front(), answer.launches, answer.roofs, run.host.host_class);
  return answer;
}

void set_difference(CaseProfile& answer, const ProfiledCase& before, const Profile& candidate) {
  const Profile& base = before.profile;
  const ProfileDifference difference = explain_difference(base, candidate);
  const double units = base.row.work.units > 0 ? candidate.row.work.units / base.row.work.units : 1;
  const std::vector<chart::FlameFrame> stacks = stacks_of(base);
  const std::vector<chart::FlameFrame> regions = regions_of(base);
  set_before(answer.stacks, stacks, difference.per == "call" ? 1 : units);
  set_before(answer.regions, regions, 1);
  answer.stacks_before = !stacks.empty();
  answer.regions_before = !regions.empty();
  answer.base_loops = loops_of(base, before.run);
  answer.base_row = base.row;
  answer.caution = difference.caution;
  if (difference.ratio > 0) {
    answer.difference = fmt::format("It takes {:.3f} times as long as in run {} (per {}){}.",
                                    1 / difference.ratio, answer.base_id.substr(0, 8), difference.per,
                                    difference.apart ? "" : "; their intervals overlap, or are not known");
  }
  for (const Factor& one : difference.factors)
    answer.factors.push_back({one.what, one.base, one.other, one.share});
  for (const FunctionChange& one : difference.functions)
    answer.functions.push_back({one.function, one.base, one.other, std::nullopt});
}

}  // namespace

CaseProfile answer_profile(const std::vector<std::string>& databases, const std::string& case_key,
                           const std::string& base, const std::string& run_id) {
  CaseProfile answer;
  answer.case_key = case_key;
  answer.base_id = base;
  answer.run_id = run_id;
  try {
    std::optional<ProfiledCase> one = profiled(databases, case_key, run_id);
    if (!one) {
      answer.problem =
          Problem{"", "This run has no result of this case.", "Choose another run in Compare (Ctrl+2)."};
      return answer;
    }
    Profile& profile = one->profile;
    answer.stacks = stacks_of(profile);
    answer.regions = regions_of(profile);
    answer.loops = loops_of(profile, one->run);
    answer.timeline = timeline_of(profile);
    answer.tracks = tracks_of(one->launches);
    if (!base.empty() && base != run_id) {
      try {
        const std::optional<ProfiledCase> before = profiled(databases, case_key, base);
        if (before) set_difference(answer, *before, profile);
      } catch (const std::exception& error) {  // this run's own profile is there all the same
        answer.caution = std::string("the base run cannot be read: ") + error.what();
      }
    }
    if (profile.placement.fraction.value || !profile.placement.fraction.reason.empty()) {
      std::erase_if(profile.row.metrics,
                    [](const MetricValue& metric) { return metric.id == "roof.fraction"; });
      profile.derived.insert(profile.derived.begin(), profile.placement.fraction);
    }
    answer.derived = std::move(profile.derived);
    answer.findings = std::move(profile.findings);
    answer.roofline = roofline_of(one->roofs, profile.row, one->run.host);
    answer.row = std::move(profile.row);
  } catch (const std::exception& error) {
    answer.problem = problem_of(error, "");
  }
  return answer;
}

}  // namespace assay::gui

// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/profile_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "harness/answers/results.h"
#include "harness/answers/source_text.h"
#include "harness/cli/format.h"
#include "harness/cli/metrics_view.h"
#include "harness/cli/regions_view.h"
#include "harness/cli/table.h"
#include "harness/core/metric.h"
#include "harness/core/text.h"
#include "harness/run/environment.h"
#include "reports/chart/text.h"

namespace assay::cli {

namespace {

constexpr std::size_t longest_listing = 40;

std::string short_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

std::string time_lines(const ResultRow& row) {
  Table table({{"time", false, 9}, {"value", true, 9}, {"interval", true, 5}, {"of", false, 4}});
  for (const auto& metric : row.metrics) {
    const bool is_time = metric.id.starts_with("time.") || metric.id.starts_with("throughput.");
    if (!is_time || !metric.value) continue;
    const std::string value = metric.id.starts_with("time.")
                                  ? duration(*metric.value)
                                  : rate(*metric.value, metric.id.substr(std::string("throughput.").size()));
    table.add({metric.id, value, half_width(*metric.value, metric.ci_low, metric.ci_high),
               how_many(metric.n, "launch") + ", " + how_many(metric.samples, "sample")});
  }
  return table.empty() ? "" : table.text(0);
}

std::string roofline_lines(const Placement& placement) {
  std::string text;
  if (placement.intensity > 0) text += fmt::format("{:.3g} operations a byte", placement.intensity);
  if (placement.counted_intensity > 0)
    text += fmt::format("{}{:.3g} of those that counters saw come from memory", text.empty() ? "" : ", ",
                        placement.counted_intensity);
  if (placement.performance > 0)
    text += (text.empty() ? "" : ", ") + rate(placement.performance, "operations");
  const MetricValue& fraction = placement.fraction;
  const std::string share =
      fraction.value ? fmt::format("{} of the limit, {}", percent(*fraction.value), fraction.reason)
                     : "no share of a limit" + (fraction.reason.empty() ? "" : ": " + fraction.reason);
  return printable((text.empty() ? "" : text + "; ") + share) + "\n";
}

bool is_top_down(const MetricValue& metric) { return source_of(metric.id) == "topdown"; }

/// The case's counted and derived metrics, absent ones with their reason.
std::string counts_table(const Profile& profile, std::size_t width) {
  ResultRow row = profile.row;
  std::erase_if(row.metrics, [](const MetricValue& metric) {
    return (is_own_metric(metric.id) && !metric.id.starts_with("memory.")) ||
           metric.id.starts_with("throughput.") || source_of(metric.id) == "regions" || is_top_down(metric);
  });
  row.metrics.insert(row.metrics.end(), profile.derived.begin(), profile.derived.end());
  return counted_text({row}, width);
}

/// Metrics of the groups TOPDOWN1 and TOPDOWN2 with bars; or why there are none.
std::string top_down_text(const ResultRow& row) {
  std::string text;
  std::string reason;
  for (const auto& metric : row.metrics) {
    if (!is_top_down(metric)) continue;
    if (!metric.value && reason.empty()) reason = metric.reason;
    if (!metric.value) continue;
    const auto bar = static_cast<std::size_t>(std::lround(std::clamp(*metric.value, 0.0, 1.0) * 50));
    text += fmt::format("  {:<38}{:>8}  {}\n", printable(metric.id, 60), percent(*metric.value),
                        std::string(bar, '#'));
  }
  if (!reason.empty()) return text + "Not counted: " + printable(reason, 300) + ".\n";
  if (!text.empty()) return text;
  return "Not counted: the run measured no group TOPDOWN1. 'assay explain TOPDOWN1' says whether this "
         "machine has "
         "one, and why not; 'assay list groups' has all.\n";
}

std::string functions_table(const Profile& profile, std::size_t width) {
  constexpr std::size_t most = 8;
  Table table({{"instructions", true, 9},
               {"share", true, 8},
               {"function", false, 7},
               {"object", false, 5},
               {"source", false, 3}});
  for (std::size_t i = 0; i < std::min(most, profile.hot_spots.size()); ++i) {
    const HotSpot& spot = profile.hot_spots[i];
    const double share = profile.instructions > 0 ? spot.instructions / profile.instructions : 0;
    table.add({grouped(spot.instructions), profile.instructions > 0 ? percent(share) : "", spot.function,
               short_name(spot.object), short_name(spot.source)});
  }
  return table.empty() ? "" : table.text(width);
}

/// At most longest_listing instructions: those around the hottest.
std::vector<HotInstruction> shown(std::vector<HotInstruction> listing) {
  if (listing.size() <= longest_listing) return listing;
  const auto hottest = std::max_element(listing.begin(), listing.end(),
                                        [](const auto& a, const auto& b) { return a.count < b.count; });
  const auto from =
      std::clamp<std::ptrdiff_t>(hottest - listing.begin() - static_cast<std::ptrdiff_t>(longest_listing / 2),
                                 0, static_cast<std::ptrdiff_t>(listing.size() - longest_listing));
  return {listing.begin() + from, listing.begin() + from + static_cast<std::ptrdiff_t>(longest_listing)};
}

std::string listing_text(const HotLoop& loop, const Profile& profile, SourceText& source) {
  const HotSpot& spot = profile.hot_spots[loop.spot];
  const auto own = listing_of(loop, profile.hot_spots, profile.loops);
  const auto lines = shown(own);
  std::string text;
  int last_line = 0;
  for (const auto& i : lines) {
    if (i.line > 0 && i.line != last_line) {
      const std::string& code = source.line(spot.source, i.line);
      text += fmt::format("  {:>14}  {}\n", "",
                          printable(fmt::format("{}:{}  {}", short_name(spot.source), i.line, code), 200));
      last_line = i.line;
    }
    text += fmt::format("  {:>14}  {:x}  {}\n", grouped(i.count), i.address,
                        i.text.empty() ? "(not disassembled)" : printable(i.text, 200));
  }
  if (lines.size() < own.size())
    text += fmt::format("  {:>14}  {} more instructions ('--json' has all)\n", "", own.size() - lines.size());
  return text;
}

std::string loops_text(const Profile& profile, const Run& run, std::size_t most) {
  std::string text;
  SourceText source(run, assay::run::host_name());
  std::set<std::string> without_lines;  // objects
  for (std::size_t i = 0; i < std::min(most, profile.loops.size()); ++i) {
    const HotLoop& loop = profile.loops[i];
    if (profile.instructions > 0 && loop.instructions < 0.01 * profile.instructions) break;
    const std::string share = profile.instructions > 0 ? percent(loop.instructions / profile.instructions) +
                                                             " of the instructions: "
                                                       : "";
    text += printable(fmt::format("{}. {}{} instructions, {} turns a call, in {}", i + 1, share, loop.length,
                                  grouped(loop.turns), profile.hot_spots[loop.spot].function),
                      2000) +
            "\n" + listing_text(loop, profile, source);
    const HotSpot& spot = profile.hot_spots[loop.spot];
    if (std::none_of(spot.listing.begin(), spot.listing.end(), [](const auto& i) { return i.line > 0; }))
      without_lines.insert(spot.object);
  }
  for (const auto& object : without_lines) {
    text += printable(fmt::format(
                          "No lines of source: {} was built without debug information. Compile it with -g as "
                          "well (-O2 -g: the code stays the same), or install its debug symbols.",
                          short_name(object)),
                      500) +
            "\n";
  }
  for (const auto& [file, why] : source.missing())
    text += printable(fmt::format("No lines of {}: {}.", file, why), 500) + "\n";
  return text;
}

/// At most this many rows: the first ones, and threads with regions, which stand last.
constexpr std::size_t most_timeline_rows = 24;

std::string timeline_text(const Profile& profile, std::size_t width) {
  if (profile.timeline.empty()) return "";
  const int columns = width > 0 ? static_cast<int>(width) : 100;
  return chart::text(chart::draw(timeline_chart(profile), chart::terminal(columns, 8)));
}

std::string phases_text(const Profile& profile) {
  double all = 0;
  for (const auto& phase : profile.phases) all += phase.seconds;
  std::string text;
  for (const auto& phase : profile.phases) {
    const double share = all > 0 ? phase.seconds / all : 0;
    text += fmt::format("  {:<8}{:>10}  {}\n", printable(phase.name, 40), duration(phase.seconds * 1e9),
                        std::string(static_cast<std::size_t>(std::lround(share * 60)), '#'));
  }
  return text;
}

}  // namespace

chart::TimelineChart timeline_chart(const Profile& profile) {
  chart::TimelineChart picture;
  for (const auto& [name, spans] : profile.timeline) {
    chart::TimelineRow row{name, {}};
    for (const auto& span : spans)
      row.spans.push_back(
          {span.name, static_cast<double>(span.start_ns) * 1e-9, static_cast<double>(span.end_ns) * 1e-9});
    picture.rows.push_back(std::move(row));
  }
  chart::keep_ends(picture, most_timeline_rows);
  return picture;
}

std::string profile_text(const ShownProfile& shown, const Run& run, std::size_t loops, std::size_t width) {
  const Profile& profile = shown.profile;
  const ResultRow& row = profile.row;
  std::string text = printable(fmt::format("{}  run {}, {}; {} {}", row.case_key, run.id.substr(0, 8),
                                           utc(run.started_utc_ms), row.subject.name, row.subject.version),
                               2000) +
                     "\n" + heading("What limits it");
  for (const auto& finding : profile.findings) text += "- " + printable(finding, 2000) + "\n";
  if (profile.findings.empty()) text += "- Nothing stands out.\n";
  const auto section = [&](const char* title, const std::string& body) {
    if (!body.empty()) text += heading(title) + body;
  };
  if (row.status != Status::ok) {  // of a case without a valid result nothing is known but where it stopped
    section("Timeline", timeline_text(profile, width));
    return text;
  }
  section("Time of a call", time_lines(row));
  section("Under the roofline", roofline_lines(profile.placement));
  section("Regions of the program", regions_text(profile.regions, region_faults(row), width));
  section("Counts of a call", counts_table(profile, width));
  section("Top-down", top_down_text(row));
  section("Functions, by instructions of a call", functions_table(profile, width));
  section("Hottest loops", loops_text(profile, run, loops));
  section("Cycles of their turns, modelled", port_bounds_text(profile, shown.bounds, width));
  section("Where a launch's time goes", phases_text(profile));
  section("Timeline", timeline_text(profile, width));
  return text;
}

}  // namespace assay::cli

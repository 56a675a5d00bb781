// SPDX-License-Identifier: Apache-2.0
#include "gui/model/profile.h"

#include <fmt/format.h>

#include <algorithm>

#include "gui/model/words.h"
#include "harness/core/metric.h"

namespace assay::gui {

namespace {

const chart::Unit share_unit{chart::Unit::Kind::percent, ""};

Cell figure(const std::string& text, double number) { return {text, number}; }

std::string grouped_text(double value) {
  return value < 1e15 ? value_text("count", value) : chart::quantity(value, {});
}

const std::vector<chart::FlameFrame>& frames_of(const CaseProfile& profile) {
  return profile.stacks.empty() ? profile.regions : profile.stacks;
}

}  // namespace

bool has_difference(const CaseProfile& profile) {
  return profile.stacks.empty() ? profile.regions_before : profile.stacks_before;
}

chart::FlameChart flame_chart(const CaseProfile& profile, const std::string& search,
                              std::optional<std::size_t> root, bool difference) {
  chart::FlameChart picture;
  const bool counted = !profile.stacks.empty();
  picture.title = counted                    ? "Instructions of a call: object, function, loop"
                  : !profile.regions.empty() ? "Time in the program's own regions"
                                             : "";
  picture.unit = counted ? chart::Unit{chart::Unit::Kind::si, ""} : share_unit;
  picture.frames = frames_of(profile);
  picture.difference = difference && has_difference(profile);
  picture.search = search;
  picture.root = root;
  picture.empty = "No instructions were counted in this run, and no regions marked: assay profile '" +
                  profile.case_key + "' counts them";
  if (!search.empty() && !picture.frames.empty())
    picture.title += ": '" + search + "' has " + chart::quantity(chart::found_share(picture), share_unit);
  return picture;
}

Table stacks_table(const CaseProfile& profile) {
  const bool counted = !profile.stacks.empty();
  Table table;
  table.columns = {{"what", false, true}, {counted ? "instructions" : "share", true}, {"before", true}};
  table.empty = "No stacks were stored";
  const auto text = [&](double value) {
    return counted ? grouped_text(value) : chart::quantity(value, share_unit);
  };
  for (const chart::FlameFrame& frame : frames_of(profile)) {
    TableRow row;
    row.id = std::to_string(table.rows.size());
    row.cells = {{std::string(2 * frame.depth, ' ') + frame.name, std::nullopt},
                 figure(text(frame.value), frame.value),
                 frame.before ? figure(text(*frame.before), *frame.before) : Cell{"-", std::nullopt}};
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string no_roofline_text(const CaseProfile& profile) {
  const std::string& device = profile.row.value.device;
  const bool cpu = device == "cpu";
  if (!cpu && !device.starts_with("cuda:") && !device.starts_with("vulkan:"))
    return "There is no roofline of " + device + ": nothing measures its limits.";
  return fmt::format("{} are not in its database: 'assay roofline{}' measures them, once.",
                     cpu ? "This machine's limits" : "The limits of " + device,
                     cpu ? "" : " --device " + device);
}

std::string loop_text(const LoopListing& loop, std::size_t number) {
  const std::string share = loop.share > 0 ? chart::quantity(loop.share, share_unit, 2) + " " : "";
  return fmt::format("{}. {}in {}, {} instructions, {} turns", number, share, loop.function,
                     loop.listing.size(), grouped_text(loop.turns));
}

Table listing_table(const LoopListing& loop) {
  Table table;
  const bool lines = loop.code.empty() && std::any_of(loop.listing.begin(), loop.listing.end(),
                                                      [](const HotInstruction& one) { return one.line > 0; });
  table.columns = {{"executed", true}, {"address", true}, {"instruction", false, true}};
  if (lines) table.columns.insert(table.columns.begin() + 1, {"line", true});
  table.empty = "No machine code was kept of it";
  double most = 0;
  for (const HotInstruction& one : loop.listing) most = std::max(most, one.count);
  constexpr double rare = 0.5;  // of the turns: a branch that is not always taken
  int last_line = 0;
  for (const HotInstruction& one : loop.listing) {
    const auto code = loop.code.find(one.line);
    if (code != loop.code.end() && one.line != last_line) {  // the source stands above what was made of it
      TableRow source;
      source.id = fmt::format("line {:x}", one.address);
      source.cells = {
          {"", std::nullopt},
          {"", std::nullopt},
          {fmt::format("{}:{}  {}", loop.source, one.line, code->second), std::nullopt, Tone::good}};
      table.rows.push_back(std::move(source));
    }
    last_line = one.line;
    TableRow row;
    row.id = fmt::format("{:x}", one.address);
    const Tone tone = one.count < rare * most ? Tone::muted : Tone::plain;
    const std::string text = one.text.empty() ? "(not disassembled)" : one.text;
    row.cells = {
        {grouped_text(one.count), one.count, tone},
        {row.id, static_cast<double>(one.address), Tone::muted},
        {text + (one.target != 0 ? fmt::format("  (to {:x})", one.target) : ""), std::nullopt, tone}};
    const Cell line = one.line > 0 ? Cell{std::to_string(one.line), static_cast<double>(one.line), tone}
                                   : Cell{"", std::nullopt, tone};
    if (lines) row.cells.insert(row.cells.begin() + 1, line);
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::optional<std::size_t> partner_of(const LoopListing& loop, const std::vector<LoopListing>& others) {
  const auto found = std::find_if(others.begin(), others.end(), [&](const LoopListing& other) {
    return other.function == loop.function && other.number == loop.number;
  });
  if (found == others.end()) return std::nullopt;
  return static_cast<std::size_t>(found - others.begin());
}

chart::BarChart top_down_chart(const CaseProfile& profile) {
  chart::BarChart picture;
  picture.title = "Top-down: where the slots of the pipeline go";
  picture.axis.unit = share_unit;
  picture.bars = true;
  std::string reason;
  const auto add = [&](const MetricValue& metric, bool is_base) {
    if (source_of(metric.id) != "topdown") return;
    if (!metric.value && reason.empty()) reason = metric.reason;
    if (!metric.value) return;
    chart::BarRow row;
    row.name = metric.id.substr(std::string("topdown.").size()) + (is_base ? " (base)" : "");
    std::replace(row.name.begin(), row.name.end(), '_', ' ');
    row.value = *metric.value;
    row.low = metric.ci_low.value_or(row.low);
    row.high = metric.ci_high.value_or(row.high);
    row.role = is_base ? chart::Role::muted : chart::series_role(0);
    row.id = metric.id;
    picture.rows.push_back(std::move(row));
  };
  for (const MetricValue& metric : profile.row.metrics) {
    add(metric, false);
    const MetricValue* base = profile.base_row ? find_metric(*profile.base_row, metric.id) : nullptr;
    if (base != nullptr) add(*base, true);
  }
  picture.empty = !reason.empty()
                      ? "Not counted: " + reason
                      : "Not counted: 'assay list groups' says whether this machine has TOPDOWN1; "
                        "'assay profile' then counts it";
  return picture;
}

Table reasons_table(const CaseProfile& profile) {
  Table table;
  table.columns = {
      {"what", false, true}, {"base", true}, {"new", true}, {"new / base", true}, {"share", true}};
  table.empty = profile.base_id.empty() ? "One run alone: there is nothing to hold it against."
                                        : "Nothing is known that makes a difference: 'assay profile' counts "
                                          "instructions and the clock.";
  const auto add = [&](const ReasonEntry& entry, bool is_function) {
    const auto side = [&](const std::optional<double>& value) -> Cell {
      if (!value) return {"few or none", std::nullopt, Tone::muted};
      return figure(is_function ? grouped_text(*value) : chart::quantity(*value, {}, 4), *value);
    };
    TableRow row;
    row.id = (is_function ? "function " : "factor ") + entry.what;
    const bool both = entry.base && entry.candidate && *entry.base > 0;
    const double ratio = both ? *entry.candidate / *entry.base : 0;
    row.cells = {{entry.what, std::nullopt},
                 side(entry.base),
                 side(entry.candidate),
                 both ? figure(fmt::format("{:.3f}", ratio), ratio) : Cell{"", std::nullopt},
                 entry.share ? figure(chart::quantity(*entry.share, share_unit, 2), *entry.share)
                             : Cell{"", std::nullopt}};
    table.rows.push_back(std::move(row));
  };
  for (const ReasonEntry& factor : profile.factors) add(factor, false);
  for (const ReasonEntry& function : profile.functions) add(function, true);
  return table;
}

Table spans_table(const CaseProfile& profile) {
  Table table;
  table.columns = {{"row", false, true}, {"what"}, {"from", true}, {"took", true}};
  table.empty = profile.timeline.empty;
  const chart::Unit seconds{chart::Unit::Kind::seconds, ""};
  for (const chart::TimelineRow& line : profile.timeline.rows) {
    for (const chart::TimeSpan& span : line.spans) {
      TableRow row;
      row.id = std::to_string(table.rows.size());
      row.cells = {{line.name, std::nullopt},
                   {span.name, std::nullopt},
                   figure(chart::quantity(span.begin, seconds), span.begin),
                   figure(chart::quantity(span.end - span.begin, seconds), span.end - span.begin)};
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace assay::gui

// SPDX-License-Identifier: Apache-2.0
// `perf stat -j` (a JSON object a line) and `-x SEPARATOR` (value, unit, event, [variance with -r,] ns it
// ran, percent of that in which it was counted, metric, its unit: perf-stat(1), CSV FORMAT). The command is
// not in it: the file's name stands for it. All of one file is one launch: perf gives the mean over `-r`
// runs.
#include <algorithm>
#include <map>

#include "harness/core/error.h"
#include "harness/exchange/readers.h"

namespace assay {

namespace {

using Kind = ToolValue::Kind;

struct Count {
  std::string value, unit, event, variance, percent, metric, metric_unit;
};

/// perf's units that are ours by a factor.
std::pair<std::string, double> unit_of(const std::string& unit) {
  static const std::map<std::string, std::pair<std::string, double>> known{
      {"msec", {"ns", 1e6}}, {"ns", {"ns", 1}}, {"Joules", {"J", 1}}, {"", {"count", 1}}};
  const auto found = known.find(unit);
  return found == known.end() ? std::pair<std::string, double>{unit, 1} : found->second;
}

void add(ToolResult& result, const Count& count) {
  const std::string id = "perf_stat." + count.event;
  const auto [unit, factor] = unit_of(count.unit);
  Reading reading{.metric = id, .unit = unit};
  if (const auto value = decimal(count.value)) {
    reading.value = *value * factor;
    if (unit == "ns" || unit == "J") reading.better = Better::lower;
    if (const auto percent = decimal(count.percent); percent && *percent < 100) {
      reading.state = ReadingState::scaled;
      reading.coverage = *percent / 100;
    }
  } else {
    reading.state = count.value == "<not supported>" ? ReadingState::unsupported : ReadingState::not_counted;
    reading.reason = "perf says " + count.value;
  }
  const bool counted = reading.value.has_value();
  result.readings.push_back(std::move(reading));
  if (!counted) return;
  std::string variance = count.variance;
  if (variance.ends_with('%')) variance.pop_back();
  if (const auto share = decimal(variance)) add_reading(result, id + ".variance", *share / 100, "ratio");
  if (!count.metric_unit.empty())
    add_reading(result, id + ".metric", decimal(count.metric), count.metric_unit);
}

/// With -A, --per-core and the like: of which part of the machine.
std::string part_of(const ToolValue& row) {
  for (const char* key : {"cpu", "core", "die", "socket", "node", "thread", "cgroup"}) {
    if (const std::string part = row[key].text(); !part.empty()) return "." + part;
  }
  return "";
}

char separator_of(std::string_view line) {
  for (const char c : {',', ';', '\t', '|', ':'}) {
    if (std::count(line.begin(), line.end(), c) >= 4) return c;
  }
  return 0;
}

std::vector<std::string_view> fields_of(std::string_view line, char separator) {
  std::vector<std::string_view> fields;
  for (std::size_t end = line.find(separator); end != std::string_view::npos; end = line.find(separator)) {
    fields.push_back(line.substr(0, end));
    line.remove_prefix(end + 1);
  }
  fields.push_back(line);
  return fields;
}

bool is_value(std::string_view text) {
  return decimal(text) || text == "<not counted>" || text == "<not supported>";
}

/// "# started on Fri Nov 27 15:32:26 2026".
std::optional<std::int64_t> started(std::string_view line) {
  constexpr std::string_view begin = "# started on ";
  static constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (!line.starts_with(begin) || line.size() < begin.size() + 24) return std::nullopt;
  line.remove_prefix(begin.size());
  const auto month = months.find(line.substr(4, 3));
  if (month == std::string_view::npos) return std::nullopt;
  std::string day(line.substr(8, 2));
  if (day[0] == ' ') day[0] = '0';
  const std::string number = std::to_string(month / 3 + 1);
  return utc_ms_of(std::string(line.substr(20, 4)) + "-" + (number.size() == 1 ? "0" : "") + number + "-" +
                   day + " " + std::string(line.substr(11, 8)));
}

bool is_comment(std::string_view line) { return line.empty() || line.starts_with('#'); }

}  // namespace

bool is_perf_stat(const ToolSource& source) {
  if (const ToolJson* json = source.json()) return json->root()["counter-value"] && json->root()["event"];
  for (const auto line : lines_of(std::string_view(source.text).substr(0, 65'536))) {
    if (is_comment(line)) continue;
    const char separator = separator_of(line);
    if (separator == 0) return false;
    const auto fields = fields_of(line, separator);
    return fields.size() >= 5 && is_value(fields[0]) && !decimal(fields[2]) && !fields[2].empty() &&
           (fields[3].ends_with('%') || decimal(fields[3]));
  }
  return false;
}

std::vector<ToolRun> import_perf_stat(const ToolSource& source) {
  ToolRun run;
  ToolResult& result = run.results.emplace_back();
  result.name = source.stem;
  if (const ToolJson* json = source.json("perf_stat")) {
    for (const ToolValue row : json->documents()) {
      if (!row.is(Kind::object)) row.fail("this is no counter");
      if (row["interval"]) row.fail("counts by interval (-I) are not read: leave it out");
      if (!row["event"]) continue;  // a metric alone
      add(result, {row["counter-value"].text(std::string(row["counter-value"].raw())), row["unit"].text(),
                   row.need_text("event") + part_of(row), std::string(row["variance"].raw()),
                   std::string(row["pcnt-running"].raw()), std::string(row["metric-value"].raw()),
                   row["metric-unit"].text()});
      for (auto& [name, text] : row.unread())
        result.unread.emplace_back(result.readings.back().metric + "." + name, text);
    }
  }
  for (const auto line : lines_of(source.text)) {
    if (const auto at = started(line)) run.started_utc_ms = at;
    if (is_comment(line) || source.json() != nullptr) continue;
    const auto fields = fields_of(line, separator_of(line));
    if (fields.size() < 5 || !is_value(fields[0]) || decimal(fields[1]))
      refuse_at(source, "perf_stat", line, "this is no counter (with -I, -A or --per-core there are others)");
    const std::size_t more = fields[3].ends_with('%') ? 1 : 0;
    const auto at = [&](std::size_t i) { return i < fields.size() ? std::string(fields[i]) : std::string(); };
    add(result, {at(0), at(1), at(2), more == 1 ? at(3) : "", at(4 + more), at(5 + more), at(6 + more)});
  }
  if (result.readings.empty()) refuse_at(source, "perf_stat", source.text, "it has no counter");
  return {run};
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Google Benchmark's CSV (src/csv_reporter.cc): lines of context, then a head that begins with
// name,iterations,real_time,cpu_time,time_unit. Text is quoted, a quote in it is doubled. Aggregates stand
// among the repetitions by names that end in _mean, _median, _stddev or _cv.
#include <array>
#include <map>

#include "harness/core/error.h"
#include "harness/exchange/readers.h"

namespace assay {

namespace {

constexpr const char* format = "google_benchmark_csv";
constexpr std::string_view head_begin = "name,iterations,real_time,cpu_time,time_unit";

std::vector<std::string> cells_of(std::string_view line, const ToolSource& source) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += line[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  if (quoted) refuse_at(source, format, line, "a quoted text does not end");
  return cells;
}

bool is_aggregate(const std::string& name) {
  for (const char* end : {"_mean", "_median", "_stddev", "_cv", "_BigO", "_RMS"}) {
    if (name.ends_with(end)) return true;
  }
  return false;
}

std::optional<double> ns_of(const std::string& unit) {
  static const std::map<std::string, double> factors{{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
  const auto found = factors.find(unit);
  return found == factors.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

bool is_google_benchmark_csv(const ToolSource& source) {
  for (const auto line : lines_of(std::string_view(source.text).substr(0, 65'536))) {
    if (line.starts_with(head_begin)) return true;
  }
  return false;
}

std::vector<ToolRun> import_google_benchmark_csv(const ToolSource& source) {
  ToolRun run;
  std::vector<std::string> head;
  std::map<std::string, std::size_t> places;
  for (const auto line : lines_of(source.text)) {
    if (line.starts_with(head_begin)) {
      head = cells_of(line, source);
      continue;
    }
    if (line.empty()) continue;
    if (head.empty()) {  // context, where standard error went to the same file
      if (const auto at = utc_ms_of(line)) run.started_utc_ms = at;
      run.environment["google_benchmark.context"] += std::string(line.substr(0, 500)) + "\n";
      continue;
    }
    const auto cells = cells_of(line, source);
    if (cells.size() != head.size())
      refuse_at(source, format, line,
                std::to_string(cells.size()) + " cells where the head has " + std::to_string(head.size()));
    const auto field = [&](const char* name) {
      for (std::size_t i = 0; i < head.size(); ++i) {
        if (head[i] == name) return cells[i];
      }
      return std::string();
    };
    const std::string& name = cells[0];
    if (name.empty()) refuse_at(source, format, line, "a row has no name");
    if (is_aggregate(name)) continue;
    const auto [place, fresh] = places.emplace(name, run.results.size());
    if (fresh) run.results.emplace_back().name = name;
    ToolResult& result = run.results[place->second];
    if (field("error_occurred") == "true") {
      result.error = field("error_message").empty() ? "it gives no reason" : field("error_message");
      continue;
    }
    const auto iterations = decimal(cells[1]);
    const auto real_time = decimal(cells[2]);
    const auto unit = ns_of(cells[4]);
    if (!iterations || *iterations < 1 || *iterations > 1e15 || !real_time || *real_time < 0 || !unit)
      refuse_at(source, format, line, "iterations, real_time or time_unit is none");
    if (fresh) result.batch = static_cast<std::int64_t>(*iterations);
    result.call_ns.push_back(*real_time * *unit);
    if (!fresh) continue;
    for (std::size_t i = 5; i < head.size(); ++i) {
      if (!cells[i].empty()) result.unread.emplace_back(head[i], cells[i]);
    }
    if (const auto cpu = decimal(cells[3]))
      add_reading(result, "google_benchmark.cpu_time", *cpu * *unit, "ns");
  }
  if (head.empty()) refuse_at(source, format, source.text, "its head is missing");
  return {run};
}

}  // namespace assay

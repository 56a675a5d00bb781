// SPDX-License-Identifier: Apache-2.0
// MLPerf LoadGen's logs (github.com/mlcommons/inference, loadgen/): mlperf_log_detail.txt, a line
// `:::MLLOG {"key", "value", "time_ms", ...}` each, and mlperf_log_summary.txt, `key : value`. Of a folder
// that has both the first is read. A result that LoadGen itself calls INVALID is failed here.
#include <algorithm>
#include <cctype>

#include "harness/core/error.h"
#include "harness/exchange/readers.h"

namespace assay {

namespace {

using Kind = ToolValue::Kind;

constexpr const char* format = "loadgen";
constexpr std::string_view mark = ":::MLLOG ";
constexpr std::string_view title = "MLPerf Results Summary";
constexpr const char* detail_file = "mlperf_log_detail.txt";
constexpr const char* summary_file = "mlperf_log_summary.txt";

bool has(const ToolSource& source, const std::string& file) {
  return std::find(source.files.begin(), source.files.end(), file) != source.files.end();
}

/// "50.00 percentile latency (ns)" -> "50.00_percentile_latency_ns".
std::string id_of(std::string_view text) {
  std::string id;
  for (const char c : text) {
    if (c == '(' || c == ')') continue;
    id += c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return id;
}

void add(ToolResult& result, std::string id, double value) {
  constexpr std::string_view prefix = "result_";
  if (id.starts_with(prefix)) id.erase(0, prefix.size());
  const bool ns = id.ends_with("_ns");
  if (ns) id.resize(id.size() - 3);
  const bool rate = id.find("per_second") != std::string::npos;
  Better better = Better::neither;
  if (id == "mean_latency") better = Better::lower;
  if (rate) better = Better::higher;
  add_reading(result, std::string("loadgen.") + id, value, ns ? "ns" : rate ? "samples/s" : "count", better);
}

void finish(ToolResult& result, const std::string& system, const std::string& scenario,
            const std::string& validity, const ToolSource& source, std::string_view at) {
  if (result.readings.empty()) refuse_at(source, format, at, "it has no result: LoadGen did not end");
  result.name = (system.empty() ? "sut" : system) + "/" + (scenario.empty() ? "run" : scenario);
  if (!validity.empty() && validity != "VALID") result.error = "LoadGen calls its result " + validity;
}

ToolRun read_detail(const ToolSource& source, std::string_view text, const std::string& where) {
  ToolRun run;
  ToolResult& result = run.results.emplace_back();
  std::string system, scenario, validity, why;
  for (const auto line : lines_of(text)) {
    if (!line.starts_with(mark)) continue;
    const auto first = static_cast<std::size_t>(line.data() - text.data()) + mark.size();
    const ToolJson json(line.substr(mark.size()), format, where, first);
    const ToolValue row = json.root();
    const std::string key = row.need_text("key");
    const ToolValue value = row["value"];
    const std::string words = value.text(std::string(value.raw()));
    if (key == "loadgen_version") run.version = words;
    if (key == "sut_name") system = words;
    if (key == "effective_scenario") scenario = words;
    if (key == "result_validity") validity = words;
    if (key == "result_invalid_reason") why = words;
    if (key == "power_begin" || key == "loadgen_file_sha1")
      run.environment["loadgen." + key] = words.substr(0, 4096);
    const bool result_row = key.starts_with("result_");
    if (result_row && value.is(Kind::number) && value.number()) {
      add(result, key, *value.number());
    } else if (key != "result_validity" && result.unread.size() < 1000) {
      result.unread.emplace_back(key, words);
    }
  }
  finish(result, system, scenario, validity, source, text.substr(text.size()));
  if (!result.error.empty() && !why.empty()) result.error += ": " + why;
  if (const auto begin = run.environment.find("loadgen.power_begin"); begin != run.environment.end()) {
    // "11-27-2026 15:22:25.123", the writer's local time: LoadGen names no zone.
    const std::string& us = begin->second;
    if (us.size() > 19 && us[2] == '-')
      run.started_utc_ms = utc_ms_of(us.substr(6, 4) + "-" + us.substr(0, 5) + us.substr(10));
  }
  return run;
}

ToolRun read_summary(const ToolSource& source, std::string_view text) {
  ToolRun run;
  ToolResult& result = run.results.emplace_back();
  std::string system, scenario, validity;
  bool settings = false;
  for (const auto line : lines_of(text)) {
    if (line.find("Test Parameters Used") != std::string_view::npos) settings = true;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view key = line.substr(0, colon);
    while (key.starts_with(' ')) key.remove_prefix(1);
    while (key.ends_with(' ')) key.remove_suffix(1);
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (key == "SUT name") system = value;
    if (key == "Scenario") scenario = value;
    if (key == "Result is") validity = value;
    if (const auto number = decimal(value); number && !settings) {
      add(result, id_of(key), *number);
    } else if (result.unread.size() < 1000) {
      result.unread.emplace_back(id_of(key), value);
    }
  }
  finish(result, system, scenario, validity, source, text.substr(text.size()));
  return run;
}

}  // namespace

bool is_loadgen(const ToolSource& source) {
  if (!source.files.empty()) return has(source, detail_file) || has(source, summary_file);
  const std::string_view begin = std::string_view(source.text).substr(0, 4096);
  return begin.starts_with(mark) || begin.find(title) != std::string_view::npos;
}

std::vector<ToolRun> import_loadgen(const ToolSource& source) {
  if (source.files.empty()) {
    if (source.text.starts_with(mark)) return {read_detail(source, source.text, source.where)};
    if (source.text.find(title) == std::string::npos)
      refuse_at(source, format, source.text, "this is no log of LoadGen");
    return {read_summary(source, source.text)};
  }
  const std::string file = has(source, detail_file) ? detail_file : summary_file;
  const std::string text = source.read_file(file);
  const std::string where = source.where + "/" + file;
  return {file == detail_file ? read_detail(source, text, where) : read_summary(source, text)};
}

}  // namespace assay

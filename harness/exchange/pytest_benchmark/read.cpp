// SPDX-License-Identifier: Apache-2.0
#include "harness/core/error.h"
#include "harness/exchange/lenient_json.h"
#include "harness/exchange/tool_result.h"

namespace assay {

namespace {

ToolResult read_row(const nlohmann::json& row, const std::string& at) {
  if (!row.is_object()) throw Error(ErrorCode::bad_input, at + "is not an object");
  ToolResult result;
  result.name = text_or(row, "fullname", "");
  if (result.name.empty()) throw Error(ErrorCode::bad_input, at + "has no fullname");
  const auto stats = row.find("stats");
  if (stats == row.end() || !stats->is_object())
    throw Error(ErrorCode::bad_input, at + "has no object 'stats'");
  const double iterations = finite_number(*stats, "iterations", at + "stats: ");
  if (iterations < 1 || iterations > 1e15)
    throw Error(ErrorCode::bad_input, at + "stats: iterations is out of range");
  result.batch = static_cast<std::int64_t>(iterations);
  const auto data = stats->find("data");
  if (data == stats->end()) return result;
  if (!data->is_array()) throw Error(ErrorCode::bad_input, at + "stats: data is no list");
  for (const auto& seconds : *data) {
    // A call's: the tool has divided a round by its iterations.
    if (!seconds.is_number() || !(seconds.get<double>() >= 0 && seconds.get<double>() < 1e9))
      throw Error(ErrorCode::bad_input, at + "stats: data has a value that is no time");
    result.call_ns.push_back(seconds.get<double>() * 1e9);
  }
  return result;
}

}  // namespace

std::vector<ToolResult> read_pytest_benchmark(std::string_view text, const std::string& where) {
  const auto json = parse_lenient(text, where);
  if (!json.is_object() || !json.contains("benchmarks") || !json["benchmarks"].is_array())
    throw Error(ErrorCode::bad_input, where + ": no list 'benchmarks': this is not pytest-benchmark's JSON",
                "write it with --benchmark-json=FILE");
  std::vector<ToolResult> results;
  for (const auto& row : json["benchmarks"])
    results.push_back(read_row(row, where + ": benchmarks[" + std::to_string(results.size()) + "]: "));
  return results;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "harness/core/error.h"
#include "harness/exchange/lenient_json.h"
#include "harness/exchange/tool_result.h"

namespace assay {

ToolResult read_criterion(std::string_view benchmark, std::string_view sample, const std::string& where) {
  ToolResult result;
  result.name = text_or(parse_lenient(benchmark, where + "/benchmark.json"), "full_id", "");
  if (result.name.empty())
    throw Error(ErrorCode::bad_input, where + "/benchmark.json: has no full_id: this is not Criterion's");
  const std::string at = where + "/sample.json: ";
  const auto json = parse_lenient(sample, where + "/sample.json");
  const auto list = [&](const char* key) {
    const auto found = json.is_object() ? json.find(key) : json.end();
    if (found == json.end() || !found->is_array())
      throw Error(ErrorCode::bad_input, at + "no list '" + key + "'");
    return *found;
  };
  const auto calls = list("iters");
  const auto times = list("times");
  if (calls.size() != times.size())
    throw Error(ErrorCode::bad_input, at + "iters and times are not of one length");
  double least = 1e15;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const double count = calls[i].is_number() ? calls[i].get<double>() : 0;
    const double ns = times[i].is_number() ? times[i].get<double>() : -1;
    if (!(count >= 1 && count <= 1e15 && ns >= 0 && ns < 1e18))
      throw Error(ErrorCode::bad_input, at + "iters and times [" + std::to_string(i) + "] are out of range");
    least = std::min(least, count);
    result.call_ns.push_back(ns / count);
  }
  if (!result.call_ns.empty()) result.batch = static_cast<std::int64_t>(least);
  return result;
}

}  // namespace assay

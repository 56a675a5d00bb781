// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "harness/core/error.h"
#include "harness/exchange/readers.h"

namespace assay {

namespace {

using Kind = ToolValue::Kind;

constexpr std::string_view benchmark_file = "/new/benchmark.json";

/// "a/b/new/benchmark.json" -> "a/b/new"; of a folder that is one benchmark's, "new".
std::vector<std::string> benchmarks_in(const ToolSource& source) {
  std::vector<std::string> folders;
  for (const auto& file : source.files) {
    if (("/" + file).ends_with(benchmark_file))
      folders.push_back(file.substr(0, file.size() - std::string_view("/benchmark.json").size()));
  }
  return folders;
}

}  // namespace

ToolResult read_criterion(std::string_view benchmark, std::string_view sample, const std::string& where) {
  const ToolJson about(benchmark, "criterion", where + "/benchmark.json");
  ToolResult result;
  result.name = about.root()["full_id"].text();
  if (result.name.empty())
    about.root().refuse(where + "/benchmark.json: has no full_id: this is not Criterion's");
  const std::string at = where + "/sample.json: ";
  const ToolJson json(sample, "criterion", where + "/sample.json");
  const auto list = [&](const char* key) {
    const ToolValue found = json.root()[key];
    if (!found.is(Kind::list)) json.root().refuse(at + "no list '" + key + "'");
    return found;
  };
  const ToolValue calls = list("iters");
  const ToolValue times = list("times");
  if (calls.size() != times.size()) times.refuse(at + "iters and times are not of one length");
  double least = 1e15;
  auto call = calls.begin();
  for (const ToolValue time : times) {
    const double count = (*call).is(Kind::number) ? (*call).number().value_or(0) : 0;
    const double ns = time.is(Kind::number) ? time.number().value_or(-1) : -1;
    if (!(count >= 1 && count <= 1e15 && ns >= 0 && ns < 1e18))
      time.refuse(at + "iters and times [" + std::to_string(result.call_ns.size()) + "] are out of range");
    least = std::min(least, count);
    result.call_ns.push_back(ns / count);
    ++call;
  }
  if (!result.call_ns.empty()) result.batch = static_cast<std::int64_t>(least);
  result.unread = about.root().unread();
  for (auto& field : json.root().unread()) result.unread.push_back(std::move(field));
  return result;
}

bool is_criterion(const ToolSource& source) { return !benchmarks_in(source).empty(); }

std::vector<ToolRun> import_criterion(const ToolSource& source) {
  const auto folders = benchmarks_in(source);
  if (folders.empty())
    throw Error(ErrorCode::bad_input, source.where + ": criterion: no */new/benchmark.json in it (byte 0)",
                "name the folder that Criterion writes, usually target/criterion");
  ToolRun run;
  for (const auto& folder : folders) {
    run.results.push_back(read_criterion(source.read_file(folder + "/benchmark.json"),
                                         source.read_file(folder + "/sample.json"),
                                         source.where + "/" + folder));
  }
  return {run};
}

}  // namespace assay

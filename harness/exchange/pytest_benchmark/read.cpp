// SPDX-License-Identifier: Apache-2.0
#include "harness/exchange/readers.h"

namespace assay {

namespace {

using Kind = ToolValue::Kind;

ToolResult read_row(const ToolValue& row, const std::string& at) {
  if (!row.is(Kind::object)) row.refuse(at + "is not an object");
  ToolResult result;
  result.name = row["fullname"].text();
  if (result.name.empty()) row.refuse(at + "has no fullname");
  const ToolValue stats = row["stats"];
  if (!stats.is(Kind::object)) row.refuse(at + "has no object 'stats'");
  const auto iterations = stats["iterations"].number();
  if (!stats["iterations"].is(Kind::number) || !iterations)
    stats.refuse(at + "stats: has no number 'iterations'");
  if (*iterations < 1 || *iterations > 1e15) stats.refuse(at + "stats: iterations is out of range");
  result.batch = static_cast<std::int64_t>(*iterations);
  const ToolValue data = stats["data"];
  if (data.is(Kind::absent)) return result;
  if (!data.is(Kind::list)) data.refuse(at + "stats: data is no list");
  for (const ToolValue value : data) {
    // A call's: the tool has divided a round by its iterations.
    const auto seconds = value.number();
    if (!value.is(Kind::number) || !seconds || !(*seconds >= 0 && *seconds < 1e9))
      value.refuse(at + "stats: data has a value that is no time");
    result.call_ns.push_back(*seconds * 1e9);
  }
  return result;
}

/// What stands beside the samples, or (`--benchmark-save-data` was not given) in their place.
void add_statistics(ToolResult& result, const ToolValue& stats) {
  if (!result.call_ns.empty()) {
    for (const char* key : {"min", "max", "mean", "stddev", "rounds", "median", "iqr", "q1", "q3", "total",
                            "ops", "iqr_outliers", "outliers", "ld15iqr", "hd15iqr", "stddev_outliers"})
      stats[key].settle();  // made of the samples that are kept
    return;
  }
  for (const char* key : {"median", "mean", "min", "max", "stddev", "iqr", "q1", "q3"}) {
    if (const auto seconds = stats[key].number())
      add_reading(result, std::string("pytest_benchmark.") + key, *seconds * 1e9, "ns",
                  std::string_view(key) == "median" ? Better::lower : Better::neither);
  }
  add_reading(result, "pytest_benchmark.rounds", stats["rounds"].number(), "count");
}

std::vector<ToolResult> results_of(const ToolValue& root, const std::string& where) {
  if (!root["benchmarks"].is(Kind::list))
    root.refuse(where + ": no list 'benchmarks': this is not pytest-benchmark's JSON",
                "write it with --benchmark-json=FILE");
  std::vector<ToolResult> results;
  for (const ToolValue row : root["benchmarks"])
    results.push_back(read_row(row, where + ": benchmarks[" + std::to_string(results.size()) + "]: "));
  return results;
}

}  // namespace

std::vector<ToolResult> read_pytest_benchmark(std::string_view text, const std::string& where) {
  const ToolJson json(text, "pytest-benchmark's JSON", where);
  return results_of(json.root(), where);
}

bool is_pytest_benchmark(const ToolSource& source) {
  const ToolJson* json = source.json();
  return json != nullptr && json->root()["benchmarks"].is(Kind::list) &&
         json->root()["machine_info"].is(Kind::object);
}

std::vector<ToolRun> import_pytest_benchmark(const ToolSource& source) {
  const ToolValue root = need_json(source, "pytest_benchmark")->root();
  ToolRun run;
  run.results = results_of(root, source.where);
  auto result = run.results.begin();
  for (const ToolValue row : root["benchmarks"]) {
    add_statistics(*result, row["stats"]);
    row["name"].settle();  // the end of fullname
    result->unread = row.unread();
    ++result;
  }
  root["benchmarks"].settle();
  run.version = root["version"].text();
  run.started_utc_ms = utc_ms_of(root["datetime"].text());
  const ToolValue machine = root["machine_info"];
  run.host_name = machine["node"].text();
  run.compiler = machine["python_implementation"].text() + " " + machine["python_version"].text();
  if (run.compiler == " ") run.compiler.clear();
  for (const char* key : {"brand_raw", "brand"}) {
    if (const std::string model = machine["cpu"][key].text(); !model.empty())
      run.host_class["cpu.model"] = model;
  }
  if (const auto count = machine["cpu"]["count"].integer())
    run.host_class["cpu.threads"] = std::to_string(*count);
  const ToolValue commit = root["commit_info"];
  const auto at = utc_ms_of(commit["time"].text());
  run.commit = commit_of(commit["id"].text(), at ? at : utc_ms_of(commit["author_time"].text()),
                         commit["dirty"].is_true());
  keep_facts(run, "pytest_benchmark.", root);
  return {run};
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// github-action-benchmark (github.com/benchmark-action/github-action-benchmark, src/write.ts and
// src/extract.ts): its history, data.js (`window.BENCHMARK_DATA = {entries: {SUITE: [{commit, date, tool,
// benches}]}}`, also as plain JSON), and what it takes as customSmallerIsBetter or customBiggerIsBetter,
// [{name, unit, value, range?, extra?}], which does not say which of both it is.
#include <map>

#include "harness/exchange/readers.h"

namespace assay {

namespace {

using Kind = ToolValue::Kind;

bool is_bench(const ToolValue& row) {
  return !row["name"].text().empty() && row["unit"].is(Kind::text) && row["value"].number().has_value();
}

struct Unit {
  std::string name;
  double factor;
  Better better;
};

/// "ns/iter", "ms", "iter/sec", "ops/sec", ...; `tool`: as data.js names it.
Unit unit_of(const std::string& text, const std::string& tool) {
  std::string base = text.substr(0, text.find('/'));
  static const std::map<std::string, double> times{{"ns", 1},  {"us", 1e3},  {"µs", 1e3},     {"ms", 1e6},
                                                   {"s", 1e9}, {"sec", 1e9}, {"seconds", 1e9}};
  const auto time = times.find(base);
  if (time != times.end()) return {"ns", time->second, Better::lower};
  if (text.ends_with("/sec") || text.ends_with("/s")) return {base + "/s", 1, Better::higher};
  const Better better = tool == "customSmallerIsBetter"  ? Better::lower
                        : tool == "customBiggerIsBetter" ? Better::higher
                                                         : Better::neither;
  return {text.empty() ? "value" : text, 1, better};
}

ToolResult read_bench(const ToolValue& row, const std::string& suite, const std::string& tool) {
  if (!is_bench(row)) row.fail("a result has no name, unit or number 'value'");
  ToolResult result;
  result.name = suite.empty() ? row["name"].text() : suite + "/" + row["name"].text();
  const Unit unit = unit_of(row["unit"].text(), tool);
  const double value = *row["value"].number() * unit.factor;
  add_reading(result, "github_action_benchmark.value", value, unit.name, unit.better);
  std::string range = row["range"].text();  // "± 12.5", "12.5", "2.1%"
  if (range.starts_with("±")) range.erase(0, std::string_view("±").size());
  if (range.ends_with('%')) {
    range.pop_back();
    if (const auto share = decimal(range))
      add_reading(result, "github_action_benchmark.range", value * *share / 100, unit.name);
  } else if (const auto width = decimal(range)) {
    add_reading(result, "github_action_benchmark.range", *width * unit.factor, unit.name);
  }
  result.unread = row.unread();
  return result;
}

ToolRun read_entry(const ToolValue& entry, const std::string& suite) {
  ToolRun run;
  const std::string tool = entry["tool"].text();
  for (const ToolValue row : entry.need("benches", Kind::list))
    run.results.push_back(read_bench(row, suite, tool));
  entry["benches"].settle();
  run.version = tool;
  if (const auto date = entry["date"].integer()) run.started_utc_ms = *date;
  const ToolValue commit = entry["commit"];
  run.commit = commit_of(commit["id"].text(), utc_ms_of(commit["timestamp"].text()), false);
  if (run.commit) {
    run.commit->author = commit["author"]["name"].text(commit["author"]["username"].text());
    const std::string message = commit["message"].text();
    constexpr std::size_t longest_subject = 500;
    run.commit->subject = message.substr(0, std::min(message.find('\n'), longest_subject));
  }
  keep_facts(run, "github_action_benchmark.", entry);
  run.identity = entry.raw();
  return run;
}

}  // namespace

bool is_github_action_benchmark(const ToolSource& source) {
  const ToolJson* json = source.json();
  if (json == nullptr) return false;
  const ToolValue root = json->root();
  if (root.is(Kind::list)) return root.size() > 0 && is_bench(*root.begin());
  if (!root["entries"].is(Kind::object)) return false;
  for (const ToolValue suite : root["entries"]) {
    for (const ToolValue entry : suite) return entry["benches"].is(Kind::list);
  }
  return false;
}

std::vector<ToolRun> import_github_action_benchmark(const ToolSource& source) {
  const ToolValue root = need_json(source, "github_action_benchmark")->root();
  std::vector<ToolRun> runs;
  if (root.is(Kind::list)) {
    ToolRun& run = runs.emplace_back();
    for (const ToolValue row : root) run.results.push_back(read_bench(row, "", ""));
    return runs;
  }
  for (const ToolValue suite : root.need("entries", Kind::object)) {
    for (const ToolValue entry : suite) runs.push_back(read_entry(entry, suite.key()));
  }
  return runs;
}

}  // namespace assay

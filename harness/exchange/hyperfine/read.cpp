// SPDX-License-Identifier: Apache-2.0
// `hyperfine --export-json` (github.com/sharkdp/hyperfine, src/export/json.rs): seconds of whole runs of a
// command. Every time is a sample; without `times` (older than 1.0, or cut out) the statistics are readings.
#include "harness/exchange/readers.h"

namespace assay {

namespace {

using Kind = ToolValue::Kind;

constexpr double longest_s = 1e9;

ToolResult read_row(const ToolValue& row) {
  if (!row.is(Kind::object)) row.fail("a result is no object");
  ToolResult result;
  result.name = row.need_text("command");
  for (const ToolValue time : row["times"]) {
    const auto seconds = time.number();
    if (!seconds || *seconds < 0 || *seconds > longest_s) time.fail("this is no time in seconds");
    result.call_ns.push_back(*seconds * 1e9);
  }
  const auto statistic = [&](const char* key, Better better) {
    if (const auto seconds = row[key].number())
      add_reading(result, std::string("hyperfine.") + key, *seconds * 1e9, "ns", better);
  };
  statistic("user", Better::neither);
  statistic("system", Better::neither);
  if (result.call_ns.empty()) {
    const bool median = row["median"].number().has_value();
    statistic("median", Better::lower);
    statistic("mean", median ? Better::neither : Better::lower);
    for (const char* key : {"stddev", "min", "max"}) statistic(key, Better::neither);
  }
  for (const char* key : {"mean", "median", "stddev", "min", "max"}) row[key].settle();
  double failed = 0;  // only `--ignore-failure` goes on behind one
  for (const ToolValue code : row["exit_codes"]) {
    if (code.number() != 0.0) ++failed;
  }
  if (failed > 0) add_reading(result, "hyperfine.failed_runs", failed, "count");
  result.unread = row.unread();
  return result;
}

}  // namespace

bool is_hyperfine(const ToolSource& source) {
  const ToolJson* json = source.json();
  if (json == nullptr || !json->root()["results"].is(Kind::list)) return false;
  for (const ToolValue row : json->root()["results"]) {
    const bool timed = row["times"].is(Kind::list) || row["mean"].is(Kind::number);
    return row["command"].is(Kind::text) && timed;
  }
  return false;
}

std::vector<ToolRun> import_hyperfine(const ToolSource& source) {
  const ToolJson* json = need_json(source, "hyperfine");
  ToolRun run;
  for (const ToolValue row : json->root().need("results", Kind::list)) run.results.push_back(read_row(row));
  json->root()["results"].settle();
  keep_facts(run, "hyperfine.", json->root());
  return {run};
}

}  // namespace assay

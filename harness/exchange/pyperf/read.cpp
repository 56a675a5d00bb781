// SPDX-License-Identifier: Apache-2.0
// pyperf's JSON, version 1.0 (pyperf.readthedocs.io/en/latest/api.html, "JSON format"): a run is a process
// of its own, which makes it a launch; its values are seconds of a call, its warm-ups too.
#include <map>

#include "harness/exchange/readers.h"

namespace assay {

namespace {

using Kind = ToolValue::Kind;

void add_time(ToolResult& result, const ToolValue& value) {
  const auto seconds = value.number();
  if (!value.is(Kind::number) || !seconds || *seconds < 0 || *seconds > 1e9) value.fail("this is no time");
  result.call_ns.push_back(*seconds * 1e9);
}

ToolResult read_run(const ToolValue& run, const std::string& name, const std::string& unit, double loops) {
  ToolResult result;
  result.name = name;
  result.started_utc_ms = utc_ms_of(run["metadata"]["date"].text());
  result.batch = static_cast<std::int64_t>(run["metadata"]["loops"].number().value_or(loops));
  if (result.batch < 1) run.fail("'loops' is out of range");
  if (unit == "second") {
    for (const ToolValue warmup : run["warmups"]) {
      auto part = warmup.begin();
      if (warmup.size() != 2) warmup.fail("a warm-up is a list of loops and a time");
      (void)(*part).number();
      add_time(result, *++part);
    }
    result.warmup = result.call_ns.size();
    for (const ToolValue value : run["values"]) add_time(result, value);
  } else {
    std::vector<double> values;
    for (const ToolValue value : run["values"]) {
      const auto number = value.number();
      if (!number) value.fail("this is no number");
      values.push_back(*number);
    }
    double sum = 0;
    for (const double value : values) sum += value;
    if (!values.empty())
      add_reading(result, "pyperf.mean", sum / static_cast<double>(values.size()),
                  unit == "byte" ? "byte" : "count", Better::lower);
    add_reading(result, "pyperf.values", static_cast<double>(values.size()), "count");
  }
  result.unread = run.unread();
  return result;
}

}  // namespace

bool is_pyperf(const ToolSource& source) {
  const ToolJson* json = source.json();
  if (json == nullptr || !json->root()["benchmarks"].is(Kind::list)) return false;
  for (const ToolValue row : json->root()["benchmarks"]) return row["runs"].is(Kind::list);
  return false;
}

std::vector<ToolRun> import_pyperf(const ToolSource& source) {
  const ToolValue root = need_json(source, "pyperf")->root();
  const std::string version = root["version"].text(std::string(root["version"].raw()));
  if (!version.starts_with("1") && !version.empty())
    root["version"].fail("format version " + version + "; this Assay reads 1.0");
  ToolRun run;
  const ToolValue common = root["metadata"];
  for (const ToolValue benchmark : root.need("benchmarks", Kind::list)) {
    const ToolValue own = benchmark["metadata"];
    std::string name = own["name"].text(common["name"].text());
    if (name.empty()) name = source.stem;
    const std::string unit = own["unit"].text(common["unit"].text("second"));
    const double loops = own["loops"].number().value_or(common["loops"].number().value_or(1));
    for (const ToolValue one : benchmark.need("runs", Kind::list)) {
      if (!one["values"].is(Kind::list) || one["values"].size() == 0) continue;  // it calibrated the loops
      run.results.push_back(read_run(one, name, unit, loops));
      if (!run.started_utc_ms) run.started_utc_ms = run.results.back().started_utc_ms;
    }
    keep_facts(run, "pyperf." + name + ".", own);
  }
  root["benchmarks"].settle();
  run.version = common["perf_version"].text();
  run.host_name = common["hostname"].text();
  run.compiler = common["python_implementation"].text() + " " + common["python_version"].text();
  if (run.compiler == " ") run.compiler.clear();
  if (const std::string model = common["cpu_model_name"].text(); !model.empty())
    run.host_class["cpu.model"] = model;
  if (const auto count = common["cpu_count"].integer())
    run.host_class["cpu.threads"] = std::to_string(*count);
  keep_facts(run, "pyperf.", root);
  return {run};
}

}  // namespace assay

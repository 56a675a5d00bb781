// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "harness/exchange/readers.h"
#include "harness/stats/quantile.h"

namespace assay {

namespace {

using Kind = ToolValue::Kind;

/// What is no counter of the user's (Google Benchmark, docs/user_guide.md and src/json_reporter.cc).
bool is_own_field(std::string_view key) {
  static constexpr std::array<std::string_view, 23> fields{"name",
                                                           "family_index",
                                                           "per_family_instance_index",
                                                           "run_name",
                                                           "run_type",
                                                           "iterations",
                                                           "repetitions",
                                                           "threads",
                                                           "repetition_index",
                                                           "real_time",
                                                           "cpu_time",
                                                           "time_unit",
                                                           "label",
                                                           "skipped",
                                                           "error_occurred",
                                                           "skip_message",
                                                           "error_message",
                                                           "aggregate_name",
                                                           "big_o",
                                                           "rms",
                                                           "aggregate_unit",
                                                           "cpu_coefficient",
                                                           "real_coefficient"};
  return std::find(fields.begin(), fields.end(), key) != fields.end();
}

double ns_of_unit(const ToolValue& row, const std::string& at) {
  const std::string unit = row["time_unit"].text("ns");
  static const std::map<std::string, double> factors{{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
  const auto found = factors.find(unit);
  if (found == factors.end()) row.refuse(at + "time_unit is '" + unit + "', expected ns, us, ms or s");
  return found->second;
}

std::string unit_of(const std::string& counter) {
  if (counter == "bytes_per_second") return "byte/s";
  if (counter == "items_per_second") return "item/s";
  return "value";
}

/// One benchmark's repetitions, in the order of the file.
struct Repetitions {
  ToolResult result;
  std::vector<double> cpu_ns;
  std::map<std::string, std::vector<double>> counters;
};

double number(const ToolValue& row, const char* key, const std::string& at) {
  const auto value = row[key].number();
  if (!row[key].is(Kind::number)) row.refuse(at + "has no number '" + key + "'");
  return value.value_or(std::nan(""));  // the tool writes NaN and Infinity as they are
}

void add(Repetitions& all, const ToolValue& row, const std::string& at) {
  if (row["error_occurred"].is_true()) {
    all.result.error = row["error_message"].text("it gives no reason");
    return;
  }
  const ToolValue skipped = row["skipped"];
  if (skipped && !(skipped.is(Kind::boolean) && !skipped.is_true())) {
    all.result.error = "skipped: " + row["skip_message"].text("it gives no reason");
    all.result.skipped = true;
    return;
  }
  const double unit_ns = ns_of_unit(row, at);
  const double iterations = number(row, "iterations", at);
  const double call_ns = number(row, "real_time", at) * unit_ns;
  if (!std::isfinite(call_ns)) {
    all.result.error = "its real_time is no finite number";
    return;
  }
  if (!(iterations >= 1 && iterations <= 1e15)) row.refuse(at + "iterations is out of range");
  if (call_ns < 0) row.refuse(at + "real_time is below 0");
  if (all.result.call_ns.empty()) all.result.batch = static_cast<std::int64_t>(iterations);
  all.result.call_ns.push_back(call_ns);
  if (row["cpu_time"]) {
    const double cpu_ns = number(row, "cpu_time", at) * unit_ns;
    if (std::isfinite(cpu_ns)) all.cpu_ns.push_back(cpu_ns);
  }
  for (const ToolValue value : row) {
    if (!value.is(Kind::number)) continue;
    if (const std::string key = value.key(); !is_own_field(key)) {
      if (const auto counted = value.number()) all.counters[key].push_back(*counted);
    }
  }
}

ToolResult finished(Repetitions all) {
  ToolResult result = std::move(all.result);
  const auto add_median = [&](const std::string& name, const std::string& unit,
                              const std::vector<double>& values) {
    add_reading(result, "google_benchmark." + name, stats::median(values), unit);
  };
  if (!all.cpu_ns.empty()) add_median("cpu_time", "ns", all.cpu_ns);
  for (const auto& [name, values] : all.counters) add_median(name, unit_of(name), values);
  return result;
}

std::vector<ToolResult> results_of(const ToolValue& root, const std::string& where) {
  if (!root["benchmarks"].is(Kind::list))
    root.refuse(where + ": no list 'benchmarks': this is not Google Benchmark's JSON",
                "write it with --benchmark_out=FILE --benchmark_out_format=json");
  std::vector<std::string> order;
  std::map<std::string, Repetitions> by_name;
  std::size_t index = 0;
  for (const ToolValue row : root["benchmarks"]) {
    const std::string at = where + ": benchmarks[" + std::to_string(index++) + "]: ";
    if (!row.is(Kind::object)) row.refuse(at + "is not an object");
    if (row["run_type"].text("iteration") != "iteration") continue;
    const std::string name = row["run_name"].text(row["name"].text());
    if (name.empty()) row.refuse(at + "has no name");
    const auto [place, fresh] = by_name.emplace(name, Repetitions{});
    if (fresh) {
      order.push_back(name);
      place->second.result.name = name;
    }
    add(place->second, row, at);
    if (fresh) place->second.result.unread = row.unread();
  }
  std::vector<ToolResult> results;
  for (const auto& name : order) results.push_back(finished(std::move(by_name.at(name))));
  return results;
}

}  // namespace

std::vector<ToolResult> read_google_benchmark(std::string_view text, const std::string& where) {
  const ToolJson json(text, "Google Benchmark's JSON", where);
  return results_of(json.root(), where);
}

bool is_google_benchmark(const ToolSource& source) {
  const ToolJson* json = source.json();
  return json != nullptr && json->root()["benchmarks"].is(Kind::list) &&
         json->root()["context"].is(Kind::object);
}

std::vector<ToolRun> import_google_benchmark(const ToolSource& source) {
  const ToolJson* json = need_json(source, "google_benchmark");
  const ToolValue root = json->root();
  const ToolValue context = root["context"];
  if (const auto version = context["json_schema_version"].integer(); version && *version != 1)
    context["json_schema_version"].fail("json_schema_version " + std::to_string(*version) +
                                        "; this Assay reads 1");
  ToolRun run;
  run.results = results_of(root, source.where);
  run.program = file_name(context["executable"].text());
  run.command = context["executable"].text();
  run.version = context["library_version"].text();
  run.started_utc_ms = utc_ms_of(context["date"].text());
  run.host_name = context["host_name"].text();
  if (const auto count = context["num_cpus"].integer())
    run.host_class["cpu.threads"] = std::to_string(*count);
  keep_facts(run, "google_benchmark.", context);
  return {run};
}

}  // namespace assay

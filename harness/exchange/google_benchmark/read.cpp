// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "harness/core/error.h"
#include "harness/exchange/lenient_json.h"
#include "harness/exchange/tool_result.h"
#include "harness/stats/quantile.h"

namespace assay {

namespace {

using Json = nlohmann::json;

/// What is no counter of the user's (Google Benchmark, docs/user_guide.md and src/json_reporter.cc).
const std::set<std::string>& own_fields() {
  static const std::set<std::string> fields{"name",
                                            "family_index",
                                            "per_family_instance_index",
                                            "run_name",
                                            "run_type",
                                            "iterations",
                                            "repetitions",
                                            "repetition_index",
                                            "threads",
                                            "real_time",
                                            "cpu_time",
                                            "time_unit",
                                            "label",
                                            "error_occurred",
                                            "error_message",
                                            "skipped",
                                            "skip_message",
                                            "aggregate_name",
                                            "aggregate_unit",
                                            "cpu_coefficient",
                                            "big_o",
                                            "rms",
                                            "real_coefficient"};
  return fields;
}

double ns_of_unit(const std::string& unit, const std::string& at) {
  static const std::map<std::string, double> factors{{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
  const auto found = factors.find(unit);
  if (found == factors.end())
    throw Error(ErrorCode::bad_input, at + "time_unit is '" + unit + "', expected ns, us, ms or s");
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

void add(Repetitions& all, const Json& row, const std::string& at) {
  if (row.value("error_occurred", false)) {
    all.result.error = text_or(row, "error_message", "it gives no reason");
    return;
  }
  if (const auto skipped = row.find("skipped"); skipped != row.end() && *skipped != false) {
    all.result.error = "skipped: " + text_or(row, "skip_message", "it gives no reason");
    return;
  }
  const double unit_ns = ns_of_unit(text_or(row, "time_unit", "ns"), at);
  const double iterations = finite_number(row, "iterations", at);
  const double call_ns = finite_number(row, "real_time", at) * unit_ns;
  if (iterations < 1 || iterations > 1e15)
    throw Error(ErrorCode::bad_input, at + "iterations is out of range");
  if (call_ns < 0) throw Error(ErrorCode::bad_input, at + "real_time is below 0");
  if (all.result.call_ns.empty()) all.result.batch = static_cast<std::int64_t>(iterations);
  all.result.call_ns.push_back(call_ns);
  if (row.contains("cpu_time")) all.cpu_ns.push_back(finite_number(row, "cpu_time", at) * unit_ns);
  for (const auto& [key, value] : row.items()) {
    if (own_fields().contains(key) || !value.is_number()) continue;
    all.counters[key].push_back(value.get<double>());
  }
}

ToolResult finished(Repetitions all) {
  ToolResult result = std::move(all.result);
  const auto add_median = [&](const std::string& name, const std::string& unit,
                              const std::vector<double>& values) {
    result.readings.push_back(
        {.metric = "google_benchmark." + name, .value = stats::median(values), .unit = unit});
  };
  if (!all.cpu_ns.empty()) add_median("cpu_time", "ns", all.cpu_ns);
  for (const auto& [name, values] : all.counters) add_median(name, unit_of(name), values);
  return result;
}

}  // namespace

std::vector<ToolResult> read_google_benchmark(std::string_view text, const std::string& where) {
  const Json json = parse_lenient(text, where);
  const auto benchmarks = json.is_object() ? json.find("benchmarks") : json.end();
  if (!json.is_object() || benchmarks == json.end() || !benchmarks->is_array())
    throw Error(ErrorCode::bad_input, where + ": no list 'benchmarks': this is not Google Benchmark's JSON",
                "write it with --benchmark_out=FILE --benchmark_out_format=json");
  std::vector<std::string> order;
  std::map<std::string, Repetitions> by_name;
  for (std::size_t i = 0; i < benchmarks->size(); ++i) {
    const Json& row = (*benchmarks)[i];
    const std::string at = where + ": benchmarks[" + std::to_string(i) + "]: ";
    if (!row.is_object()) throw Error(ErrorCode::bad_input, at + "is not an object");
    if (text_or(row, "run_type", "iteration") != "iteration") continue;
    const std::string name = text_or(row, "run_name", text_or(row, "name", ""));
    if (name.empty()) throw Error(ErrorCode::bad_input, at + "has no name");
    const auto [place, fresh] = by_name.emplace(name, Repetitions{});
    if (fresh) {
      order.push_back(name);
      place->second.result.name = name;
    }
    add(place->second, row, at);
  }
  std::vector<ToolResult> results;
  for (const auto& name : order) results.push_back(finished(std::move(by_name.at(name))));
  return results;
}

}  // namespace assay

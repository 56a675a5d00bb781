// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/exchange/document.h"

namespace assay {

namespace {

using Json = nlohmann::ordered_json;

/// Names that Google Benchmark has of its own for what it knows too.
std::string counter_name(const std::string& id, const std::string& unit_of_work) {
  if (id == "throughput.bytes") return "bytes_per_second";
  if (!unit_of_work.empty() && id == "throughput." + unit_of_work) return "items_per_second";
  return id;
}

Json entry(const ResultRow& row, bool identify) {
  Json json{{"name", row.case_key}, {"run_name", row.case_key}, {"run_type", "iteration"},
            {"repetitions", 1},     {"repetition_index", 0},    {"threads", row.threads}};
  const MetricValue* p50 = find_metric(row, "time.wall.p50");
  if (row.status != Status::ok || p50 == nullptr || !p50->value || !std::isfinite(*p50->value)) {
    std::string reason = to_string(row.status) + (row.reason.empty() ? "" : ": " + row.reason);
    if (row.status == Status::ok) reason = p50 == nullptr ? "it was not timed" : p50->reason;
    json["error_occurred"] = true;
    json["error_message"] = identify ? reason : hide_paths(reason, row.host);
    return json;
  }
  json["iterations"] = row.samples * row.batch;
  json["real_time"] = *p50->value;
  json["cpu_time"] = *p50->value;
  json["time_unit"] = "ns";
  json["label"] = "real_time is the median over launches; cpu_time was not measured and repeats it";
  for (const MetricValue& metric : row.metrics) {
    if (&metric == p50 || !metric.value || !std::isfinite(*metric.value)) continue;
    json[counter_name(metric.id, row.unit_of_work)] = *metric.value;
  }
  return json;
}

}  // namespace

std::string to_google_benchmark(const Document& document) {
  Json context{
      {"executable", "assay"}, {"assay_version", document.assay_version}, {"json_schema_version", 1}};
  if (!document.runs.empty()) {
    const RunRef& run = document.runs.front();
    context["host_name"] = document.identify ? run.host : pseudonym(run.host);
    context["assay_run"] = run.id;
  }
  Json benchmarks = Json::array();
  for (const ResultRow& row : document.results) benchmarks.push_back(entry(row, document.identify));
  return Json{{"context", context}, {"benchmarks", benchmarks}}.dump(2, ' ', true,
                                                                     Json::error_handler_t::replace) +
         "\n";
}

}  // namespace assay

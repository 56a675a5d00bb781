// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/exchange/document.h"

namespace assay {

namespace {

using Json = nlohmann::ordered_json;

std::string measure_name(const MetricValue& metric, const ResultRow& row) {
  if (metric.id == "time.wall.p50") return "latency";
  if (!row.unit_of_work.empty() && metric.id == "throughput." + row.unit_of_work) return "throughput";
  return metric.id;
}

bool is_finite(const std::optional<double>& value) { return value && std::isfinite(*value); }

}  // namespace

std::string to_bencher(const Document& document) {
  Json json = Json::object();
  for (const ResultRow& row : document.results) {
    if (row.status != Status::ok) continue;
    Json measures = Json::object();
    for (const MetricValue& metric : row.metrics) {
      if (!is_finite(metric.value)) continue;
      Json measure{{"value", *metric.value}};
      if (is_finite(metric.ci_low)) measure["lower_value"] = *metric.ci_low;
      if (is_finite(metric.ci_high)) measure["upper_value"] = *metric.ci_high;
      measures[measure_name(metric, row)] = std::move(measure);
    }
    if (!measures.empty())
      json[row.case_key + (row.side.empty() ? "" : " " + row.side)] = std::move(measures);
  }
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/exchange/document.h"

namespace assay {

namespace {

using Json = nlohmann::ordered_json;

Json entry(const ResultRow& row, const MetricValue& metric) {
  const bool time = metric.id == "time.wall.p50";
  Json json{{"name", row.case_key + (row.side.empty() ? "" : " " + row.side) + (time ? "" : " " + metric.id)},
            {"unit", metric.unit},
            {"value", *metric.value}};
  if (metric.ci_low && metric.ci_high && std::isfinite(*metric.ci_high - *metric.ci_low))
    json["range"] = "± " + shortest((*metric.ci_high - *metric.ci_low) / 2);
  json["extra"] = std::to_string(metric.n) + " launches, " + std::to_string(metric.samples) + " samples" +
                  (row.verified == true ? ", verified" : ", not verified");
  return json;
}

}  // namespace

std::string to_github_action_benchmark(const Document& document) {
  Json json = Json::array();
  for (const ResultRow& row : document.results) {
    if (row.status != Status::ok) continue;
    const MetricValue* p50 = find_metric(row, "time.wall.p50");
    const bool timed = p50 != nullptr && p50->value && std::isfinite(*p50->value);
    if (timed) json.push_back(entry(row, *p50));
    for (const MetricValue& metric : row.metrics) {
      if (!timed && metric.better == Better::lower && metric.value && std::isfinite(*metric.value))
        json.push_back(entry(row, metric));
    }
  }
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay

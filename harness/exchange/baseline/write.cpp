// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/exchange/baseline_document.h"

namespace assay {

namespace {

using Json = nlohmann::ordered_json;

/// Five significant digits: what is beyond says nothing, and would change in every line.
double rounded(double value) {
  if (value == 0 || !std::isfinite(value)) return value;
  const double scale = std::pow(10.0, 4 - std::floor(std::log10(std::abs(value))));
  return std::round(value * scale) / scale;
}

Json entry(const ResultRow& row) {
  Json json{{"case", row.case_key}, {"params", Json::object()}};
  for (const auto& [key, value] : row.params)
    std::visit([&, &name = key](const auto& item) { json["params"][name] = item; }, value);
  json["subject"] = {{"name", row.subject.name},
                     {"version", row.subject.version},
                     {"revision", row.subject.revision},
                     {"compiler", row.subject.compiler}};
  json["verified"] = row.verified ? Json(*row.verified) : Json(nullptr);
  json["unit_of_work"] = row.unit_of_work;
  json["work"] = {
      {"operations", row.work.operations}, {"bytes", row.work.minimum_bytes}, {"units", row.work.units}};
  json["threads"] = row.threads;
  json["isa"] = row.isa;
  json["accuracy"] = row.accuracy;
  json["fidelity"] = row.device_fidelity;
  if (!row.device_model.empty()) json["device_model"] = row.device_model;
  if (!row.device_board.empty()) json["device_board"] = row.device_board;
  json["input"] = row.input_digest;
  json["result"] = row.output_digest;
  if (!row.machine_code.empty()) json["machine_code"] = row.machine_code;
  Json medians = Json::array();
  for (const double median : row.launch_medians_ns) medians.push_back(rounded(median));
  json["launch_medians_ns"] = medians;
  Json exact = Json::object();
  for (const auto& metric : row.metrics) {
    if (!is_exact(metric.id) || !metric.value) continue;
    exact[metric.id] = {{"value", *metric.value}, {"unit", metric.unit}, {"better", to_string(metric.better)},
                        {"tool", metric.tool},    {"isa", metric.isa},   {"threads", metric.threads}};
  }
  if (!exact.empty()) json["exact"] = exact;
  return json;
}

}  // namespace

std::string to_baseline_json(const Baseline& baseline) {
  Json json{{"schema_version", 1},
            {"baseline", baseline.name},
            {"run", baseline.run},
            {"measured", to_string(baseline.measured)},
            {"assay_version", baseline.assay_version},
            {"host_class", baseline.host_class},
            {"cases", Json::array()}};
  std::vector<const ResultRow*> rows;
  for (const auto& row : baseline.rows) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto* a, const auto* b) { return a->case_key < b->case_key; });
  for (const ResultRow* row : rows) json["cases"].push_back(entry(*row));
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay

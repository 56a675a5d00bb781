// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "harness/core/error.h"
#include "harness/exchange/baseline_document.h"
#include "harness/exchange/json_fields.h"
#include "harness/stats/quantile.h"

namespace assay {

namespace {

using Json = nlohmann::json;

double positive(const Json& json) {
  const double value = json.get<double>();
  if (!(value > 0) || !std::isfinite(value))
    throw Error(ErrorCode::bad_input, "a launch's median is not above 0");
  return value;
}

/// What every result has, so that a baseline is judged as any other.
void add_median(ResultRow& row) {
  if (row.launch_medians_ns.empty()) return;
  MetricValue metric;
  metric.id = "time.wall.p50";
  metric.unit = "ns";
  metric.better = Better::lower;
  metric.value = stats::median(row.launch_medians_ns);
  metric.n = static_cast<std::int64_t>(row.launch_medians_ns.size());
  row.metrics.push_back(std::move(metric));
}

ResultRow row_of(const Json& json, const std::string& run, const std::string& class_id) {
  ResultRow row;
  row.run = run;
  row.host_class_id = class_id;
  row.case_key = json.at("case").get<std::string>();
  row.value = parse_case(row.case_key);
  row.params = read_params(json.at("params"));
  const Json& subject = json.at("subject");
  row.subject = {subject.at("name").get<std::string>(), subject.at("version").get<std::string>(),
                 subject.at("revision").get<std::string>(), subject.at("compiler").get<std::string>(), ""};
  if (!json.at("verified").is_null()) row.verified = json.at("verified").get<bool>();
  row.unit_of_work = json.at("unit_of_work").get<std::string>();
  const Json& work = json.at("work");
  row.work = {work.at("operations").get<double>(), work.at("bytes").get<double>(),
              work.at("units").get<double>()};
  row.threads = json.at("threads").get<int>();
  row.isa = json.at("isa").get<std::string>();
  row.accuracy = json.at("accuracy").get<std::string>();
  row.device_fidelity = json.at("fidelity").get<std::string>();
  row.device_model = json.value("device_model", "");
  row.device_board = json.value("device_board", "");
  row.input_digest = json.at("input").get<std::string>();
  row.output_digest = json.at("result").get<std::string>();
  row.machine_code = json.value("machine_code", "");
  for (const auto& median : json.at("launch_medians_ns")) row.launch_medians_ns.push_back(positive(median));
  row.launches = static_cast<std::int64_t>(row.launch_medians_ns.size());
  add_median(row);
  const Json counts = json.value("exact", Json::object());
  for (const auto& [id, exact] : counts.items()) {
    if (!is_exact(id)) throw Error(ErrorCode::bad_input, "'" + id + "' does not repeat to the digit");
    MetricValue metric;
    metric.id = id;
    metric.value = exact.at("value").get<double>();
    metric.unit = exact.at("unit").get<std::string>();
    metric.better = parse_better(exact.at("better").get<std::string>());
    metric.tool = exact.at("tool").get<std::string>();
    metric.isa = exact.at("isa").get<std::string>();
    metric.threads = exact.at("threads").get<int>();
    row.metrics.push_back(std::move(metric));
  }
  return row;
}

}  // namespace

Baseline read_baseline_json(std::string_view text, const std::string& where) {
  Baseline baseline;
  read_document(text, where, "make one with: assay baseline save NAME", [&](const Json& json) {
    baseline.name = json.at("baseline").get<std::string>();
    baseline.run = json.at("run").get<std::string>();
    baseline.measured = read_day(json.at("measured").get<std::string>());
    baseline.assay_version = json.at("assay_version").get<std::string>();
    baseline.host_class = json.at("host_class").get<std::map<std::string, std::string>>();
    Host host;
    host.host_class = baseline.host_class;
    for (const auto& row : json.at("cases"))
      baseline.rows.push_back(row_of(row, baseline.run, host.class_id()));
  });
  return baseline;
}

}  // namespace assay

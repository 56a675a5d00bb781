// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/exchange/gate_document.h"

namespace assay {

namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

Json to_json(const Verdict& v) {
  return {{"metric", v.metric},         {"rule", v.rule},
          {"against", v.against},       {"outcome", to_string(v.outcome)},
          {"cause", v.cause},           {"ratio", number(v.ratio)},
          {"ci_low", number(v.ci_low)}, {"ci_high", number(v.ci_high)},
          {"reason", v.reason}};
}

Json to_json(const TailCounts& tail) {
  Json json{{"threshold_ns", number(tail.threshold_ns)},
            {"reference_pairs", tail.reference_pairs},
            {"reason", tail.reason},
            {"pairs", Json::array()}};
  for (const auto& pair : tail.pairs)
    json["pairs"].push_back(
        {pair.base_above, pair.base_requests, pair.candidate_above, pair.candidate_requests});
  return json;
}

Json to_json(const PairedCase& of) {
  Json json{{"metric", of.metric},
            {"tail_metric", of.tail_metric},
            {"better", to_string(of.better)},
            {"detectable", number(of.detectable)},
            {"same_machine_code", of.same_machine_code},
            {"failure", of.failure},
            {"pairs", Json::array()}};
  for (const auto& pair : of.pairs) {
    Json row{pair.base, pair.candidate};
    if (pair.base_cycles || pair.candidate_cycles) {
      row.push_back(number(pair.base_cycles));
      row.push_back(number(pair.candidate_cycles));
    }
    json["pairs"].push_back(std::move(row));
  }
  if (of.tail) json["tail"] = to_json(*of.tail);
  return json;
}

Json to_json(const SideEvidence& side) {
  Json metrics = Json::array();
  for (const auto& m : side.metrics)
    metrics.push_back({{"id", m.id}, {"value", number(m.value)}, {"unit", m.unit}, {"reason", m.reason}});
  return {{"status", to_string(side.status)},
          {"reason", side.reason},
          {"verified", side.verified ? Json(*side.verified) : Json(nullptr)},
          {"metrics", metrics}};
}

Json to_json(const CaseEvidence& of) {
  Json json{{"case", of.key}, {"params", Json::object()}, {"verdicts", Json::array()}};
  for (const auto& [key, value] : of.params)
    std::visit([&, &name = key](const auto& item) { json["params"][name] = item; }, value);
  if (of.base) json["base"] = to_json(*of.base);
  if (of.candidate) json["new"] = to_json(*of.candidate);
  if (of.first) json["first"] = to_json(*of.first);
  if (of.second) json["second"] = to_json(*of.second);
  if (!of.not_again.empty()) json["not_again"] = of.not_again;
  if (of.lost > 0) {
    json["lost"] = of.lost;
    json["lost_reason"] = of.lost_reason;
  }
  if (of.same_machine_code) json["same_machine_code"] = true;
  if (of.calibration)
    json["calibration"] = {{"run", of.calibration->run},
                           {"at_utc_ms", of.calibration->at_utc_ms},
                           {"sessions", of.calibration->sessions},
                           {"session_spread", number(of.calibration->session_spread)}};
  if (of.again) json["again"] = to_json(*of.again);
  for (const auto& verdict : of.others) json["verdicts"].push_back(to_json(verdict));
  return json;
}

Json to_json(const Settled& settled) {
  Json decisions = Json::array();
  for (const auto& decision : settled.decisions) {
    const TriageEvent& event = decision.event;
    decisions.push_back({{"id", event.id},
                         {"regression", event.regression},
                         {"commit", event.commit},
                         {"ratio", decision.ratio},
                         {"kind", event.kind},
                         {"reason", event.reason},
                         {"person", event.person},
                         {"at_utc_ms", event.at_utc_ms},
                         {"until_utc_ms", event.until_utc_ms ? Json(*event.until_utc_ms) : Json(nullptr)}});
  }
  return {{"case", settled.case_key},
          {"metric", settled.metric},
          {"improved", settled.improved},
          {"decisions", decisions}};
}

Json to_json(const GateFinding& finding) {
  return {{"case", finding.key},
          {"state", to_string(finding.state)},
          {"why", finding.why},
          {"base", number(finding.base)},
          {"new", number(finding.candidate)},
          {"unit", finding.unit},
          {"verdict", to_json(finding.verdict)}};
}

}  // namespace

std::string to_gate_json(const GateDocument& document, const GateReport& report) {
  const GateEvidence& evidence = document.evidence;
  Json json{{"schema_version", 1},
            {"command", "gate"},
            {"assay_version", document.assay_version},
            {"judge", evidence.judge},
            {"passed", report.passed()},
            {"dead", report.dead},
            {"warnings", report.warnings},
            {"findings", Json::array()},
            {"policy", {{"origin", document.policy.origin}, {"text", document.policy.text}}},
            {"against", evidence.against},
            {"run", evidence.run},
            {"failure", evidence.failure},
            {"today", to_string(evidence.today)},
            {"skipped", Json::array()},
            {"settled", Json::array()},
            {"evidence", Json::array()}};
  for (const auto& finding : report.findings) json["findings"].push_back(to_json(finding));
  for (const auto& [key, reason] : evidence.skipped)
    json["skipped"].push_back({{"case", key}, {"reason", reason}});
  for (const auto& settled : evidence.settled) json["settled"].push_back(to_json(settled));
  for (const auto& of : evidence.cases) json["evidence"].push_back(to_json(of));
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay

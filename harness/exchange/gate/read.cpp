// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "harness/core/error.h"
#include "harness/exchange/gate_document.h"
#include "harness/exchange/json_fields.h"

namespace assay {

namespace {

using Json = nlohmann::json;

Outcome outcome_of(const std::string& text) {
  for (const auto outcome : {Outcome::faster, Outcome::same, Outcome::slower, Outcome::undecided,
                             Outcome::new_, Outcome::missing, Outcome::incomparable}) {
    if (to_string(outcome) == text) return outcome;
  }
  throw Error(ErrorCode::bad_input, "outcome '" + text + "' is not known");
}

Verdict verdict_of(const Json& json) {
  Verdict v;
  v.metric = json.at("metric").get<std::string>();
  v.rule = json.at("rule").get<std::string>();
  v.against = json.at("against").get<std::string>();
  v.outcome = outcome_of(json.at("outcome").get<std::string>());
  v.cause = json.at("cause").get<std::string>();
  v.ratio = optional_number(json.at("ratio"));
  v.ci_low = optional_number(json.at("ci_low"));
  v.ci_high = optional_number(json.at("ci_high"));
  v.reason = json.at("reason").get<std::string>();
  return v;
}

TailCounts tail_of(const Json& json) {
  TailCounts tail;
  tail.threshold_ns = optional_number(json.at("threshold_ns"));
  tail.reference_pairs = json.at("reference_pairs").get<int>();
  tail.reason = json.at("reason").get<std::string>();
  for (const auto& row : json.at("pairs"))
    tail.pairs.push_back({row.at(0).get<std::int64_t>(), row.at(1).get<std::int64_t>(),
                          row.at(2).get<std::int64_t>(), row.at(3).get<std::int64_t>()});
  return tail;
}

/// A launch's value, or a ratio: the judge wants it positive and finite, and an edited file may say anything.
double value_of(const Json& json) {
  const double value = json.get<double>();
  if (!(value > 0) || !std::isfinite(value))
    throw Error(ErrorCode::bad_input, "a launch's value, or a ratio, is not above 0");
  return value;
}

PairedCase paired_of(const Json& json, const std::string& key) {
  PairedCase of;
  of.key = key;
  of.metric = json.at("metric").get<std::string>();
  of.tail_metric = json.at("tail_metric").get<std::string>();
  of.better = parse_better(json.at("better").get<std::string>());
  of.detectable = optional_number(json.at("detectable"));
  of.same_machine_code = json.at("same_machine_code").get<bool>();
  of.failure = json.value("failure", "");
  for (const auto& row : json.at("pairs")) {
    LaunchPair pair;
    pair.base = value_of(row.at(0));
    pair.candidate = value_of(row.at(1));
    if (row.size() > 2) pair.base_cycles = optional_number(row.at(2));
    if (row.size() > 3) pair.candidate_cycles = optional_number(row.at(3));
    of.pairs.push_back(pair);
  }
  if (json.contains("tail")) of.tail = tail_of(json.at("tail"));
  return of;
}

SideEvidence side_of(const Json& json) {
  SideEvidence side;
  side.status = parse_status(json.at("status").get<std::string>());
  side.reason = json.at("reason").get<std::string>();
  if (!json.at("verified").is_null()) side.verified = json.at("verified").get<bool>();
  for (const auto& row : json.at("metrics")) {
    MetricValue metric;
    metric.id = row.at("id").get<std::string>();
    metric.value = optional_number(row.at("value"));
    metric.unit = row.at("unit").get<std::string>();
    metric.reason = row.at("reason").get<std::string>();
    side.metrics.push_back(std::move(metric));
  }
  return side;
}

/// What the rule "session" looks at.
Calibration calibration_of(const Json& json) {
  Calibration calibration;
  calibration.run = json.at("run").get<std::string>();
  calibration.at_utc_ms = json.at("at_utc_ms").get<std::int64_t>();
  calibration.sessions = json.at("sessions").get<int>();
  calibration.session_spread = optional_number(json.at("session_spread"));
  if (calibration.session_spread.value_or(0) < 0)
    throw Error(ErrorCode::bad_input, "the spread of sessions is below 0");
  return calibration;
}

CaseEvidence case_of(const Json& json) {
  CaseEvidence of;
  of.key = json.at("case").get<std::string>();
  of.params = read_params(json.at("params"));
  if (json.contains("base")) of.base = side_of(json.at("base"));
  if (json.contains("new")) of.candidate = side_of(json.at("new"));
  of.same_machine_code = json.value("same_machine_code", false);
  if (!of.base && !of.candidate) throw Error(ErrorCode::bad_input, "case " + of.key + " has no side");
  if (json.contains("first")) of.first = paired_of(json.at("first"), of.key);
  if (json.contains("second")) of.second = paired_of(json.at("second"), of.key);
  if (json.contains("not_again")) of.not_again = json.at("not_again").get<std::string>();
  of.lost = json.value("lost", 0);
  of.lost_reason = json.value("lost_reason", "");
  if (json.contains("calibration")) of.calibration = calibration_of(json.at("calibration"));
  if (json.contains("again")) of.again = verdict_of(json.at("again"));
  for (const auto& row : json.at("verdicts")) of.others.push_back(verdict_of(row));
  return of;
}

Settled settled_of(const Json& json) {
  Settled settled;
  settled.case_key = json.at("case").get<std::string>();
  settled.metric = json.at("metric").get<std::string>();
  settled.improved = value_of(json.at("improved"));
  for (const auto& row : json.at("decisions")) {
    Decision decision;
    decision.ratio = value_of(row.at("ratio"));
    TriageEvent& event = decision.event;
    event.id = row.at("id").get<std::string>();
    event.regression = row.at("regression").get<std::string>();
    event.commit = row.at("commit").get<std::string>();
    event.kind = row.at("kind").get<std::string>();
    event.reason = row.at("reason").get<std::string>();
    event.person = row.at("person").get<std::string>();
    event.at_utc_ms = row.at("at_utc_ms").get<std::int64_t>();
    if (!row.at("until_utc_ms").is_null()) event.until_utc_ms = row.at("until_utc_ms").get<std::int64_t>();
    settled.decisions.push_back(std::move(decision));
  }
  return settled;
}

GateDocument document_of(const Json& json) {
  GateDocument document;
  document.assay_version = json.at("assay_version").get<std::string>();
  GateEvidence& evidence = document.evidence;
  evidence.judge = json.at("judge").get<int>();
  if (evidence.judge != paired_judge_version)
    throw Error(ErrorCode::bad_input,
                "it was judged by version " + std::to_string(evidence.judge) +
                    " of the rules, this assay has version " + std::to_string(paired_judge_version),
                "replay it with the assay that wrote it (" + document.assay_version + ")");
  const std::string origin = json.at("policy").at("origin").get<std::string>();
  document.policy = parse_policy(json.at("policy").at("text").get<std::string>(), origin);
  evidence.against = json.at("against").get<std::string>();
  evidence.run = json.at("run").get<std::string>();
  evidence.failure = json.at("failure").get<std::string>();
  evidence.today = read_day(json.at("today").get<std::string>());
  for (const auto& row : json.at("skipped"))
    evidence.skipped.emplace_back(row.at("case").get<std::string>(), row.at("reason").get<std::string>());
  if (json.contains("settled")) {
    for (const auto& row : json.at("settled")) evidence.settled.push_back(settled_of(row));
  }
  for (const auto& row : json.at("evidence")) evidence.cases.push_back(case_of(row));
  return document;
}

}  // namespace

GateDocument read_gate_json(std::string_view text, const std::string& where) {
  GateDocument document;
  read_document(text, where, "write one with: assay gate ... --out FILE", [&](const Json& json) {
    if (json.value("command", "") != "gate") throw Error(ErrorCode::bad_input, "not the answer of a gate");
    document = document_of(json);
  });
  return document;
}

}  // namespace assay

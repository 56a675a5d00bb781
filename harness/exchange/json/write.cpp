// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/exchange/document.h"

namespace assay {

namespace {

using Json = nlohmann::ordered_json;

constexpr int schema_version = 1;

Json number(const std::optional<double>& value) {
  if (!value || !std::isfinite(*value)) return nullptr;
  return *value;
}

class Writer {
 public:
  explicit Writer(const Document& document) : document_(document) {}

  Json write() const {
    Json runs = Json::array();
    for (const RunRef& run : document_.runs) {
      Json labels = Json::object();
      for (const auto& [name, value] : run.labels) labels[name] = hidden(value, run.host);
      Json inputs = Json::array();
      for (const InputRef& input : run.inputs)
        inputs.push_back({{"family", input.family}, {"sha256", input.sha256}, {"bytes", input.bytes}});
      runs.push_back({{"id", run.id},
                      {"host", document_.identify ? run.host : pseudonym(run.host)},
                      {"labels", labels},
                      {"inputs", inputs}});
    }
    Json warnings = Json::array();
    for (const Warning& warning : document_.warnings) {
      warnings.push_back(
          {{"code", warning.code}, {"message", hidden(warning.message)}, {"remedy", hidden(warning.remedy)}});
    }
    return {{"schema_version", schema_version},
            {"command", document_.command},
            {"assay_version", document_.assay_version},
            {"runs", runs},
            {"results", results()},
            {"warnings", warnings}};
  }

 private:
  std::string hidden(const std::string& text, const std::string& host = {}) const {
    if (document_.identify) return text;
    std::string result = hide_paths(text, host);
    if (host.empty()) {
      for (const RunRef& run : document_.runs) result = hide_paths(result, run.host);
    }
    return result;
  }

  /// A pair speaks about its candidate, or about the base that has none.
  static const ResultRow& row_of(const Pair& pair) { return pair.candidate ? *pair.candidate : *pair.base; }

  static bool same_row(const ResultRow& a, const ResultRow& b) {
    return a.run == b.run && a.case_key == b.case_key && a.side == b.side && a.subject == b.subject;
  }

  Json results() const {
    Json array = Json::array();
    for (const ResultRow& row : document_.results) {
      Json json = result(row);
      Json verdicts = Json::array();
      for (const Pair& pair : document_.pairs) {
        if (same_row(row, row_of(pair))) add_verdicts(verdicts, pair, row.host);
      }
      if (!verdicts.empty()) json["verdicts"] = verdicts;
      array.push_back(std::move(json));
    }
    for (const Pair& pair : document_.pairs) {
      const ResultRow& row = row_of(pair);
      bool listed = false;
      for (const ResultRow& other : document_.results) listed = listed || same_row(row, other);
      if (listed) continue;
      Json json = result(row);
      json["verdicts"] = Json::array();
      add_verdicts(json["verdicts"], pair, row.host);
      array.push_back(std::move(json));
    }
    return array;
  }

  Json result(const ResultRow& row) const {
    Json params = Json::object();
    for (const auto& [key, value] : row.params) {
      std::visit([&, &name = key](const auto& item) { params[name] = item; }, value);
    }
    Json metrics = Json::array();
    for (const MetricValue& m : row.metrics) {
      metrics.push_back({{"id", m.id},
                         {"value", number(m.value)},
                         {"unit", m.unit},
                         {"better", to_string(m.better)},
                         {"ci_low", number(m.ci_low)},
                         {"ci_high", number(m.ci_high)},
                         {"n", m.n},
                         {"samples", m.samples},
                         {"state", to_string(m.state)},
                         {"reason", hidden(m.reason, row.host)}});
    }
    Json json{{"run", row.run},
              {"subject",
               {{"name", row.subject.name},
                {"version", row.subject.version},
                {"revision", row.subject.revision},
                {"compiler", row.subject.compiler},
                {"binary", row.subject.binary}}},
              {"verified", row.verified ? Json(*row.verified) : Json(nullptr)},
              {"case", row.case_key},
              {"workload", row.value.workload},
              {"implementation", row.value.implementation},
              {"device", row.value.device},
              {"fidelity", row.device_fidelity},
              {"params", params},
              {"status", to_string(row.status)},
              {"reason", hidden(row.reason, row.host)},
              {"metrics", metrics}};
    if (!row.side.empty()) json["side"] = row.side;
    return json;
  }

  void add_verdicts(Json& verdicts, const Pair& pair, const std::string& host) const {
    for (const Verdict& v : pair.verdicts) {
      verdicts.push_back({{"metric", v.metric},
                          {"rule", v.rule},
                          {"against", v.against},
                          {"outcome", to_string(v.outcome)},
                          {"cause", v.cause},
                          {"ratio", number(v.ratio)},
                          {"ci_low", number(v.ci_low)},
                          {"ci_high", number(v.ci_high)},
                          {"reason", hidden(v.reason, host)}});
    }
  }

  const Document& document_;
};

}  // namespace

std::string to_json(const Document& document) {
  return Writer(document).write().dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay

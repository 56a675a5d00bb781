// SPDX-License-Identifier: Apache-2.0
// prometheus.io/docs/specs/om/open_metrics_spec: a family's samples stand together, its name ends in its
// unit.
#include <cmath>
#include <map>
#include <vector>

#include "harness/exchange/document.h"

namespace assay {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\' || c == '"') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += byte < 0x20 || byte >= 0x7f ? '?' : c;
    }
  }
  return out + '"';
}

std::string name_part(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += plain ? c : '_';
  }
  return out;
}

struct Unit {
  std::string name;
  double factor = 1;
};

Unit base_unit(const std::string& unit) {
  if (unit == "ns") return {"seconds", 1e-9};
  if (unit == "byte") return {"bytes", 1};
  if (unit == "J") return {"joules", 1};
  if (unit == "W") return {"watts", 1};
  if (unit == "Hz") return {"hertz", 1};
  if (unit == "degC") return {"celsius", 1};
  if (unit == "byte/s") return {"bytes_per_second", 1};
  if (unit.ends_with("/s")) return {name_part(unit.substr(0, unit.size() - 2)) + "_per_second", 1};
  if (unit == "count" || unit == "value" || unit.empty()) return {};
  return {name_part(unit), 1};
}

struct Family {
  std::string unit;
  std::string help;
  std::string samples;
};

std::string labels_of(const ResultRow& row) {
  std::string text = "{case=" + quoted(row.case_key) + ",workload=" + quoted(row.value.workload) +
                     ",implementation=" + quoted(row.value.implementation) +
                     ",device=" + quoted(row.value.device) + ",subject=" + quoted(row.subject.name) +
                     ",verified=" +
                     quoted(!row.verified   ? "none"
                            : *row.verified ? "true"
                                            : "false");
  if (!row.side.empty()) text += ",side=" + quoted(row.side);
  return text + "}";
}

}  // namespace

std::string to_openmetrics(const Document& document) {
  std::map<std::string, Family> families;
  const auto add = [&](const std::string& name, const std::string& unit, const std::string& help,
                       const std::string& labels, double value) {
    Family& family = families[name];
    family.unit = unit;
    family.help = help;
    family.samples += name + labels + " " + shortest(value) + "\n";
  };
  for (const RunRef& run : document.runs)
    add("assay_run_info", "", "The run that these results are of.",
        "{run=" + quoted(run.id) + ",host=" + quoted(document.identify ? run.host : pseudonym(run.host)) +
            ",assay_version=" + quoted(document.assay_version) + "}",
        1);
  for (const ResultRow& row : document.results) {
    const std::string labels = labels_of(row);
    add("assay_case_ok", "", "1: the case has a valid result.", labels, row.status == Status::ok ? 1 : 0);
    for (const MetricValue& metric : row.metrics) {
      const Unit unit = base_unit(metric.unit);
      const auto put = [&](const char* end, const std::optional<double>& value, const char* help) {
        if (!value || !std::isfinite(*value)) return;
        const std::string name =
            "assay_" + name_part(metric.id) + end + (unit.name.empty() ? "" : "_" + unit.name);
        add(name, unit.name, help, labels, *value * unit.factor);
      };
      put("", metric.value, "The metric of this name of Assay, over the launches of the case.");
      put("_ci_low", metric.ci_low, "Lower end of its 95 % interval.");
      put("_ci_high", metric.ci_high, "Upper end of its 95 % interval.");
    }
  }
  std::string text;
  for (const auto& [name, family] : families) {
    text += "# TYPE " + name + " gauge\n";
    if (!family.unit.empty()) text += "# UNIT " + name + " " + family.unit + "\n";
    text += "# HELP " + name + " " + family.help + "\n" + family.samples;
  }
  return text + "# EOF\n";
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "harness/core/csv.h"
#include "harness/exchange/document.h"

namespace assay {

namespace {

constexpr const char* header =
    "run,host,subject,case,workload,implementation,device,status,verified,metric,value,unit,better,ci_low,ci_"
    "high,n,"
    "samples,state,reason,fidelity\r\n";

class Line {
 public:
  Line& add(const std::string& text) { return put(csv_field(text)); }
  /// A number, or nothing where it is absent: as it is, also below zero.
  Line& add(const std::optional<double>& value) {
    return put(value && std::isfinite(*value) ? shortest(*value) : std::string());
  }
  std::string end() { return text_ + "\r\n"; }

 private:
  Line& put(const std::string& cell_text) {
    if (more_) text_ += ',';
    more_ = true;
    text_ += cell_text;
    return *this;
  }
  std::string text_;
  bool more_ = false;
};

}  // namespace

std::string to_csv(const Document& document) {
  std::string text = header;
  const auto write_row = [&](const ResultRow& row) {
    const auto hidden = [&](const std::string& reason) {
      return document.identify ? reason : hide_paths(reason, row.host);
    };
    const auto start = [&] {
      Line line;
      line.add(row.run).add(document.identify ? row.host : pseudonym(row.host)).add(row.subject.name);
      line.add(row.case_key).add(row.value.workload).add(row.value.implementation).add(row.value.device);
      line.add(to_string(row.status)).add(row.verified ? (*row.verified ? "true" : "false") : "");
      return line;
    };
    if (row.metrics.empty()) {
      Line line = start();
      for (int i = 0; i < 9; ++i) line.add("");
      text += line.add(hidden(row.reason)).add(row.device_fidelity).end();
    }
    for (const MetricValue& m : row.metrics) {
      Line line = start();
      line.add(m.id).add(m.value).add(m.unit);
      line.add(to_string(m.better));
      line.add(m.ci_low).add(m.ci_high).add(std::to_string(m.n)).add(std::to_string(m.samples));
      line.add(to_string(m.state)).add(hidden(m.reason));
      text += line.add(row.device_fidelity).end();
    }
  };
  for (const ResultRow& row : document.results) write_row(row);
  if (document.results.empty()) {
    for (const Pair& pair : document.pairs) {
      if (pair.base) write_row(*pair.base);
      if (pair.candidate) write_row(*pair.candidate);
    }
  }
  return text;
}

}  // namespace assay

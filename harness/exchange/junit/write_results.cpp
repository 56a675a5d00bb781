// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "harness/exchange/document.h"
#include "harness/exchange/junit/text.h"

namespace assay {

std::string xml(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        out += byte < 0x20 || byte >= 0x7f ? '?' : c;
    }
  }
  return out;
}

namespace {

std::string test_of(const ResultRow& row, bool identify) {
  const MetricValue* p50 = find_metric(row, "time.wall.p50");
  const bool timed = row.status == Status::ok && p50 != nullptr && p50->value;
  const std::string name = row.case_key + (row.side.empty() ? "" : " " + row.side);
  std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.9f}\"",
                                 xml(row.value.workload), xml(name), timed ? *p50->value * 1e-9 : 0.0);
  std::string reason = to_string(row.status) + (row.reason.empty() ? "" : ": " + row.reason);
  if (!identify) reason = hide_paths(reason, row.host);
  if (row.status == Status::skipped || row.status == Status::unavailable)
    return text + fmt::format("><skipped message=\"{}\"/></testcase>\n", xml(reason));
  if (row.status == Status::invalid)
    return text + fmt::format("><failure message=\"{}\" type=\"invalid\"/></testcase>\n", xml(reason));
  if (row.status != Status::ok)
    return text + fmt::format("><error message=\"{}\" type=\"{}\"/></testcase>\n", xml(reason),
                              to_string(row.status));
  text += ">\n      <properties>\n";
  const auto property = [&](const std::string& key, const std::string& value) {
    text += fmt::format("        <property name=\"{}\" value=\"{}\"/>\n", xml(key), xml(value));
  };
  property("verified", !row.verified ? "no: another tool's word" : *row.verified ? "yes" : "no");
  for (const MetricValue& metric : row.metrics) {
    if (metric.value && metric.unit != "")
      property(metric.id, fmt::format("{} {}", *metric.value, metric.unit));
  }
  return text + "      </properties>\n    </testcase>\n";
}

}  // namespace

std::string to_junit_results(const Document& document) {
  std::size_t skipped = 0, failures = 0, errors = 0;
  std::string body;
  for (const ResultRow& row : document.results) {
    if (row.status == Status::skipped || row.status == Status::unavailable) ++skipped;
    if (row.status == Status::invalid) ++failures;
    if (row.status == Status::failed || row.status == Status::timeout) ++errors;
    body += test_of(row, document.identify);
  }
  const std::string counts = fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
                                         document.results.size(), failures, errors, skipped);
  const std::string name = document.runs.empty() ? "assay" : "assay " + document.runs.front().id;
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {0}>\n  <testsuite name=\"{1}\" {0}>\n{2}  "
      "</testsuite>\n</testsuites>\n",
      counts, xml(name), body);
}

}  // namespace assay

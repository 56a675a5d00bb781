// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "harness/exchange/gate_document.h"
#include "harness/exchange/junit/text.h"

namespace assay {

namespace {

std::string message_of(const GateFinding& finding) {
  const Verdict& verdict = finding.verdict;
  std::string text = finding.state == GateState::skipped ? "" : to_string(verdict.outcome);
  if (verdict.ratio) text += fmt::format(" (ratio {:.3f})", *verdict.ratio);
  for (const auto* part : {&finding.why, &verdict.reason}) {
    if (!part->empty()) text += (text.empty() ? "" : ": ") + *part;
  }
  return text;
}

bool is_skipped(GateState state) {
  return state == GateState::undecided || state == GateState::skipped || state == GateState::acknowledged ||
         state == GateState::news;
}

std::string element_of(const GateFinding& finding, const std::string& suite) {
  const std::string metric = finding.verdict.metric.empty() ? "case" : finding.verdict.metric;
  std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{} {}\" time=\"0\"", xml(suite),
                                 xml(finding.key), xml(metric));
  const std::string message = xml(message_of(finding));
  if (finding.state == GateState::fail)
    return text + fmt::format("><failure message=\"{}\" type=\"{}\"/></testcase>\n", message,
                              to_string(finding.verdict.outcome));
  if (finding.state == GateState::broken)
    return text + fmt::format("><error message=\"{}\" type=\"broken\"/></testcase>\n", message);
  if (is_skipped(finding.state))
    return text + fmt::format("><skipped message=\"{}\"/></testcase>\n", message);
  return text + "/>\n";
}

}  // namespace

std::string to_junit(const GateReport& report, const std::string& name) {
  std::size_t skipped = 0;
  std::string body;
  for (const auto& finding : report.findings) {
    if (is_skipped(finding.state)) ++skipped;
    body += element_of(finding, name);
  }
  std::size_t errors = report.count(GateState::broken);
  for (const auto& dead : report.dead) {
    ++errors;
    body += fmt::format(
        "    <testcase classname=\"{}\" name=\"gate\" time=\"0\"><error message=\"{}\" "
        "type=\"dead gate\"/></testcase>\n",
        xml(name), xml(dead));
  }
  const std::string counts = fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
                                         report.findings.size() + report.dead.size(),
                                         report.count(GateState::fail), errors, skipped);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {0}>\n  <testsuite name=\"{1}\" {0}>\n{2}  "
      "</testsuite>\n</testsuites>\n",
      counts, xml(name), body);
}

}  // namespace assay

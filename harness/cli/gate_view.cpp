// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/gate_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

#include "harness/cli/comparison_view.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/table.h"
#include "harness/core/text.h"
#include "reports/document/gate.h"

namespace assay::cli {

namespace {

std::string value_text(const std::optional<double>& value, const std::string& unit) {
  if (!value) return "-";
  return unit == "ns"                                      ? duration(*value)
         : unit == "count" && *value == std::floor(*value) ? fmt::format("{:.0f}", *value)
                                                           : fmt::format("{:.4g} {}", *value, unit);
}

}  // namespace

int exit_of(const GateReport& report) {
  int code = report.count(GateState::fail) > 0 ? exit_regression : exit_fine;
  if (report.no_result) code = worse(code, exit_no_result);
  // What does not compare was not judged, though both sides ran.
  const bool ran = !report.no_result && !report.wrong_result;
  if (ran && report.count(GateState::broken) > 0) code = worse(code, exit_dead_gate);
  if (report.wrong_result) code = worse(code, exit_wrong_result);
  if (!report.dead.empty()) code = worse(code, exit_dead_gate);
  return code;
}

std::string gate_text(const GateReport& report, bool all, std::size_t width) {
  Table table({{"", false, always},
               {"case", false, always},
               {"metric", false, 2},
               {"base", true, 4},
               {"new", true, 4},
               {"ratio", true, always},
               {"verdict", false, 5},
               {"reason", false, 1}});
  for (const auto& finding : report.findings) {
    if (finding.state == GateState::pass && !all) continue;
    const Verdict& verdict = finding.verdict;
    const std::string reason =
        finding.why + (finding.why.empty() || verdict.reason.empty() ? "" : "; ") + verdict.reason;
    table.add({to_string(finding.state), finding.key, verdict.metric, value_text(finding.base, finding.unit),
               value_text(finding.candidate, finding.unit), ratio_text(verdict),
               finding.state == GateState::skipped ? "" : to_string(verdict.outcome), reason});
  }
  std::string text = table.empty() ? "" : table.text(width);
  const bool paired = std::any_of(report.findings.begin(), report.findings.end(),
                                  [](const auto& finding) { return finding.verdict.rule == "paired"; });
  if (!table.empty() && paired)
    text +=
        "base and new are each side's medians; the ratio is that of pairs of launches in turn, which is "
        "judged\n";
  for (const auto& warning : report.warnings) text += fmt::format("warning: {}\n", printable(warning, 1000));
  for (const auto& dead : report.dead) {
    std::istringstream lines(dead);
    const char* begin = "dead: ";
    for (std::string line; std::getline(lines, line); begin = "      ")
      text += fmt::format("{}{}\n", begin, printable(line, 1000));
  }
  return text + "gate " + reports::gate_headline(report) + "\n";
}

}  // namespace assay::cli

// SPDX-License-Identifier: Apache-2.0
#include "reports/document/gate.h"

#include <cmath>
#include <cstdio>
#include <utility>

namespace assay::reports {

namespace {

std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

/// "12.3 us" of ns; counts whole; three digits of anything else.
std::string value_text(const std::optional<double>& value, const std::string& unit) {
  if (!value) return "-";
  if (unit == "count") return fixed(*value, 0);
  const char* name = unit.c_str();
  double scaled = *value;
  if (unit == "ns") {
    constexpr std::pair<double, const char*> steps[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};
    for (const auto& [factor, step] : steps) {
      if (*value < factor && factor > 1) continue;
      scaled = *value / factor;
      name = step;
      break;
    }
  }
  char text[64];
  std::snprintf(text, sizeof text, "%.3g %s", scaled, name);
  return text;
}

/// "-5.6 % [-14.3 %, -0.3 %]" from a ratio: below 0 the new side is worse.
std::string change_text(const Verdict& verdict) {
  const auto percent = [](double ratio) {
    return (ratio >= 1 ? "+" : "") + fixed((ratio - 1) * 100, 1) + " %";
  };
  if (!verdict.ratio) return "-";
  std::string text = percent(*verdict.ratio);
  if (verdict.ci_low && verdict.ci_high)
    text += " [" + percent(*verdict.ci_low) + ", " + percent(*verdict.ci_high) + "]";
  return text;
}

Tone tone_of(const GateFinding& finding) {
  if (finding.state == GateState::fail || finding.state == GateState::broken) return Tone::bad;
  if (finding.state == GateState::undecided || finding.state == GateState::acknowledged) return Tone::warning;
  return finding.verdict.outcome == Outcome::faster ? Tone::good : Tone::plain;
}

Table table_of(const std::vector<const GateFinding*>& findings) {
  Table table;
  table.columns = {{"", false},   {"case", false}, {"metric", false}, {"base", true},
                   {"new", true}, {"speed", true}, {"why", false}};
  for (const GateFinding* finding : findings) {
    const Verdict& verdict = finding->verdict;
    const bool skipped = finding->state == GateState::skipped;
    const std::string state =
        finding->state == GateState::pass ? to_string(verdict.outcome) : to_string(finding->state);
    const std::string why =
        finding->why + (finding->why.empty() || verdict.reason.empty() ? "" : "; ") + verdict.reason;
    table.rows.push_back({{state, tone_of(*finding)},
                          {finding->key, Tone::plain, true},
                          {verdict.metric},
                          {skipped ? "" : value_text(finding->base, finding->unit)},
                          {skipped ? "" : value_text(finding->candidate, finding->unit)},
                          {skipped ? "" : change_text(verdict)},
                          {why}});
  }
  return table;
}

bool is_worth_a_line(const GateFinding& finding) {
  return finding.state == GateState::fail || finding.state == GateState::broken ||
         finding.state == GateState::acknowledged || finding.state == GateState::news ||
         finding.verdict.outcome == Outcome::faster;
}

}  // namespace

std::string gate_headline(const GateReport& report) {
  std::string tally;
  for (const auto state : {GateState::fail, GateState::broken, GateState::undecided, GateState::acknowledged,
                           GateState::skipped, GateState::news, GateState::pass}) {
    if (const auto number = report.count(state); number > 0)
      tally += (tally.empty() ? "" : ", ") + std::to_string(number) + " " + to_string(state);
  }
  const std::string word = !report.dead.empty() ? "DEAD" : report.passed() ? "passed" : "FAILED";
  return word + ": " + (tally.empty() ? "nothing was judged" : tally);
}

Document gate_document(const GateReport& report, const GateFacts& facts) {
  Document document;
  document.title = "Performance gate " + gate_headline(report);
  auto& blocks = document.blocks;
  blocks.emplace_back(Heading{2, document.title});
  for (const auto& dead : report.dead)
    blocks.emplace_back(Paragraph{"The gate could not judge: " + dead, Tone::bad});
  for (const auto& warning : report.warnings)
    blocks.emplace_back(Paragraph{"Policy: " + warning, Tone::warning});
  std::vector<const GateFinding*> told;
  std::vector<const GateFinding*> rest;
  for (const auto& finding : report.findings) (is_worth_a_line(finding) ? told : rest).push_back(&finding);
  if (!told.empty()) blocks.emplace_back(table_of(told));
  if (told.empty() && report.dead.empty())
    blocks.emplace_back(Paragraph{"Nothing changed that could be seen."});
  auto more = std::make_shared<Folded>();
  more->summary = std::to_string(rest.size()) + " more: what did not change, or is not decided";
  if (!rest.empty()) {
    more->blocks.emplace_back(table_of(rest));
    blocks.emplace_back(std::shared_ptr<const Folded>(more));
  }
  blocks.emplace_back(Paragraph{"Compared with " + facts.against + "; run " + facts.run.substr(0, 8) +
                                ", assay " + facts.assay_version + ", policy " +
                                (facts.policy.empty() ? "of defaults" : facts.policy) +
                                ". Speed below 0 % is slower, of pairs of launches in turn; base and new are "
                                "each side's medians; intervals are those at which it was judged."});
  return document;
}

}  // namespace assay::reports

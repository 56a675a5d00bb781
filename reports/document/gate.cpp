// SPDX-License-Identifier: Apache-2.0
#include "reports/document/gate.h"

#include <fmt/format.h>

#include <utility>

#include "reports/document/ratios.h"
#include "reports/document/words.h"

namespace assay::reports {

namespace {

Cell value_cell(const std::optional<double>& value, const std::string& unit) {
  return value ? Cell{Number{*value, unit}} : Cell{Absent{}};
}

Tone tone_of(const GateFinding& finding) {
  if (finding.state == GateState::fail || finding.state == GateState::broken) return Tone::bad;
  if (finding.state == GateState::undecided || finding.state == GateState::acknowledged) return Tone::warning;
  return finding.verdict.outcome == Outcome::faster ? Tone::good : Tone::plain;
}

Table table_of(const std::string& title, const std::vector<const GateFinding*>& findings) {
  Table table;
  table.title = title;
  table.columns = {{"finding"},    {"case", false, true}, {"metric", false, true},
                   {"base", true}, {"new", true},         {"speed", true},
                   {"why"}};
  for (const GateFinding* finding : findings) {
    const Verdict& verdict = finding->verdict;
    const bool skipped = finding->state == GateState::skipped;
    const std::string state =
        finding->state == GateState::pass ? to_string(verdict.outcome) : to_string(finding->state);
    const std::string why =
        finding->why + (finding->why.empty() || verdict.reason.empty() ? "" : "; ") + verdict.reason;
    table.rows.push_back({{Word{state}, tone_of(*finding)},
                          {Name{finding->key}},
                          {verdict.metric},
                          skipped ? Cell{Absent{}} : value_cell(finding->base, finding->unit),
                          skipped ? Cell{Absent{}} : value_cell(finding->candidate, finding->unit),
                          skipped ? Cell{Absent{}} : ratio_cell(verdict, "change"),
                          {why}});
  }
  return table;
}

bool is_worth_a_line(const GateFinding& finding) {
  return finding.state == GateState::fail || finding.state == GateState::broken ||
         finding.state == GateState::acknowledged || finding.state == GateState::news ||
         finding.verdict.outcome == Outcome::faster;
}

std::vector<Figure> figures_of(const GateReport& report) {
  std::vector<Figure> figures;
  for (const auto& [state, tone] :
       {std::pair(GateState::fail, Tone::bad), std::pair(GateState::broken, Tone::bad),
        std::pair(GateState::undecided, Tone::warning), std::pair(GateState::acknowledged, Tone::warning),
        std::pair(GateState::skipped, Tone::plain), std::pair(GateState::news, Tone::plain),
        std::pair(GateState::pass, Tone::good)}) {
    const std::size_t number = report.count(state);
    if (number == 0 && state != GateState::fail && state != GateState::pass) continue;
    figures.push_back({to_string(state),
                       {Number{static_cast<double>(number), "count"}, number == 0 ? Tone::plain : tone},
                       "of " + counted(report.findings.size(), "finding")});
  }
  return figures;
}

/// What happened, in a sentence.
std::string answer_of(const GateReport& report) {
  if (!report.dead.empty()) return "The gate could not judge: " + report.dead.front();
  const auto failed = report.count(GateState::fail);
  const auto broken = report.count(GateState::broken);
  if (failed + broken == 0) {
    const auto undecided = report.count(GateState::undecided);
    return undecided == 0
               ? "Nothing got slower."
               : fmt::format("Nothing got slower that could be seen; {} not decided.",
                             undecided == 1 ? "1 finding is" : fmt::format("{} findings are", undecided));
  }
  const GateFinding& worst = report.findings.front();
  std::string text =
      failed > 0 ? counted(failed, "finding") + (failed == 1 ? " fails" : " fail") + " the policy" : "";
  if (broken > 0)
    text += (text.empty() ? "" : ", ") + counted(broken, "finding") + (broken == 1 ? " has" : " have") +
            " no verdict";
  const std::string change = cell_text(ratio_cell(worst.verdict, "change"));
  return text + fmt::format("; the worst is {}{}.", worst.key, change.empty() ? "" : " (" + change + ")");
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
  document.kind = "gate";
  document.assay_version = facts.assay_version;
  document.title = "Performance gate " + gate_headline(report);
  document.about = fmt::format("Compared with {}{}, assay {}, policy {}", facts.against,
                               facts.run.empty() ? "" : "; run " + short_id(facts.run), facts.assay_version,
                               facts.policy.empty() ? "of defaults" : facts.policy);
  document.answer = answer_of(report);
  document.tone = !report.passed()                         ? Tone::bad
                  : report.count(GateState::undecided) > 0 ? Tone::warning
                                                           : Tone::good;
  for (std::size_t i = 1; i < report.dead.size(); ++i)
    document.sentences.push_back("The gate could not judge: " + report.dead[i]);
  for (const auto& warning : report.warnings)
    document.caveats.push_back({"policy", "Policy: " + warning, ""});

  std::vector<const GateFinding*> told;
  std::vector<const GateFinding*> rest;
  for (const auto& finding : report.findings) (is_worth_a_line(finding) ? told : rest).push_back(&finding);
  const bool page = !facts.file.empty();  // and no comment, which is to be short
  if (page) document.figures = figures_of(report);
  Section changed{"What changed", {}};
  RatioChart chart(told.empty() ? "Speed of the new side against the base, whatever was found"
                                : "Speed of the new side against the base, where something was found");
  for (const GateFinding* finding : told.empty() && page ? rest : told)
    chart.add(finding->key + (finding->verdict.rule == "exact" ? " " + finding->verdict.metric : ""),
              finding->verdict);
  if (told.empty() && report.dead.empty())
    changed.blocks.push_back({Paragraph{"Nothing changed that could be seen."}});
  chart.add_to(changed.blocks);
  if (!told.empty()) changed.blocks.push_back({table_of("Findings that say something", told)});
  if (!rest.empty()) {
    const std::string summary = std::to_string(rest.size()) + " more: what did not change, or is not decided";
    changed.blocks.push_back({Folded{summary, {{table_of(summary, rest)}}}});
  }
  changed.blocks.push_back(
      {Paragraph{"Speed below 0 % is slower, of pairs of launches in turn; base and new are each side's "
                 "medians; intervals are those at which it was judged."}});
  document.sections.push_back(std::move(changed));
  if (!facts.file.empty())
    document.reproduce.push_back(
        {Code{{"assay gate --replay " + facts.file, "assay report gate " + facts.file}}});
  return document;
}

}  // namespace assay::reports

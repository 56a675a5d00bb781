// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/gate.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "harness/core/value.h"
#include "harness/judge/sessions.h"

namespace assay {

namespace {

std::string percent(double share) { return shortest(std::round(share * 1e5) / 1e3) + " %"; }

/// What a verdict is judged by.
struct Judging {
  const Policy& policy;
  const std::vector<Settled>& settled;
  Day today;
};

const ResultRow& row_of(const Pair& pair) { return pair.candidate ? *pair.candidate : *pair.base; }

/// Undecided for a reason that more launches do not take away.
bool is_blamed(const Verdict& verdict) {
  return verdict.cause == "clock" || verdict.cause == cause_layout || verdict.cause == cause_no_tail;
}

/// Two sessions that lie within what the host's differ by: more launches would not tell them apart.
bool is_open(const Verdict& verdict) {
  return verdict.outcome == Outcome::undecided && !is_blamed(verdict) && verdict.rule != "session";
}

bool is_judged(const Verdict& verdict, const Policy& policy) {
  if (is_exact(verdict.metric))
    return std::find(policy.exact.begin(), policy.exact.end(), verdict.metric) != policy.exact.end();
  if (verdict.rule == "tail") return policy.tail;
  if (verdict.rule == "host") return policy.median || policy.tail;  // its counts are judged all the same
  if (verdict.rule == "unpaired") return policy.median && verdict.metric == "time.wall.p50";
  return verdict.metric.empty() || policy.median;
}

void set_values(GateFinding& finding, const Pair& pair) {
  const auto value = [&](const std::optional<ResultRow>& row) -> std::optional<double> {
    const MetricValue* metric = row ? find_metric(*row, finding.verdict.metric) : nullptr;
    if (metric == nullptr) return std::nullopt;
    finding.unit = metric->unit;
    return metric->value;
  };
  finding.base = value(pair.base);
  finding.candidate = value(pair.candidate);
}

/// What a policy's acknowledgements say about a verdict `slower`.
Allowance allowance_of(const Policy& policy, const ResultRow& row, const Verdict& verdict, Day today) {
  const Waiver* waiver = find_waiver(policy.acknowledgements, row.value, row.params, today);
  if (waiver == nullptr) return {};
  const std::string until = waiver->until ? " until " + to_string(*waiver->until) : "";
  if (!waiver->holds(today)) return {false, "its acknowledgement held" + until + " (" + waiver->reason + ")"};
  if (waiver->worst && verdict.ratio && *verdict.ratio < *waiver->worst)
    return {false, "worse than the ratio of " + shortest(*waiver->worst) + " that was acknowledged" + until +
                       " (" + waiver->reason + ")"};
  return {true, "acknowledged" + until + ": " + waiver->reason};
}

/// A regression passes where somebody acknowledged it, in the policy or about the history, and it is not
/// worse than that.
void acknowledge(GateFinding& finding, const ResultRow& row, const Judging& by, double effect) {
  for (const Allowance& allowance :
       {allowance_of(by.policy, row, finding.verdict, by.today),
        allowance_of(by.settled, row.value, finding.verdict, effect, by.today)}) {
    if (allowance.why.empty()) continue;
    if (allowance.covers) {
      finding.state = GateState::acknowledged;
      finding.why = allowance.why;
      return;
    }
    finding.why += (finding.why.empty() ? "" : "; ") + allowance.why;
  }
}

void judge_slower(GateFinding& finding, const ResultRow& row, const Judging& by) {
  finding.state = GateState::fail;
  const bool exact = finding.verdict.rule == "exact";
  const double most = exact ? exact_effect_of(by.policy, finding.verdict.metric, row.value, row.params)
                            : effect_of(by.policy, row.value, row.params);
  if (exact && finding.verdict.ratio) {
    if (*finding.verdict.ratio >= 1 / (1 + most)) {
      finding.state = GateState::pass;
      finding.why = "within " + percent(most);
      return;
    }
  }
  acknowledge(finding, row, by, most);
}

bool was_measured(const Pair& pair) {
  return pair.base && pair.candidate && pair.base->status == Status::ok &&
         pair.candidate->status == Status::ok;
}

/// Times of another host class are refused; where the policy judges counts and has them, they are what is
/// asked.
bool counts_decide(const Pair& pair, const Policy& policy) {
  return std::any_of(pair.verdicts.begin(), pair.verdicts.end(), [&](const Verdict& verdict) {
    return verdict.rule == "exact" && verdict.outcome != Outcome::incomparable && is_judged(verdict, policy);
  });
}

GateFinding find(const Pair& pair, const Verdict& verdict, const Judging& by) {
  const Policy& policy = by.policy;
  const ResultRow& row = row_of(pair);
  GateFinding finding{
      .key = pair.key, .verdict = verdict, .why = {}, .base = {}, .candidate = {}, .unit = {}};
  set_values(finding, pair);
  switch (verdict.outcome) {
    case Outcome::faster:
    case Outcome::same:
      break;
    case Outcome::slower:
      judge_slower(finding, row, by);
      break;
    case Outcome::undecided: {
      if (verdict.cause == cause_no_tail) {
        finding.state = GateState::skipped;
        break;
      }
      const bool fails = !is_blamed(verdict) && undecided_fails(policy, row.value, row.params);
      finding.state = fails ? GateState::fail : GateState::undecided;
      if (fails) finding.why = "the policy says that undecided fails";
      break;
    }
    case Outcome::new_:
    case Outcome::missing:
      finding.state = GateState::news;
      if (verdict.outcome == Outcome::missing && policy.missing_fails) {
        finding.state = GateState::fail;
        finding.why = "the policy says that missing fails";
      }
      break;
    case Outcome::incomparable: {
      const auto absent = [](const std::optional<ResultRow>& side) {
        return !side || side->status == Status::unavailable;
      };
      // What neither side can run here is left out; one that is required is missed elsewhere.
      finding.state = absent(pair.base) && absent(pair.candidate) ? GateState::skipped : GateState::broken;
      if (verdict.rule == "host" && counts_decide(pair, policy)) {
        finding.state = GateState::skipped;
        finding.why = "its counts decide";
      }
      break;
    }
  }
  return finding;
}

/// Beside a time that is no pass: what the case's instructions did. Evidence, never a veto.
void add_instructions(GateFinding& finding, const Pair& pair) {
  if (finding.verdict.rule != "paired" || finding.state == GateState::pass) return;
  for (const Verdict& other : pair.verdicts) {
    const double ratio = other.ratio.value_or(0);
    if (other.rule != "exact" || other.metric != "callgrind.instructions" || ratio <= 0) continue;
    const double more = 1 / ratio - 1;
    finding.why += (finding.why.empty() ? "" : "; ") +
                   (more == 0 ? "as many instructions as before"
                              : (std::abs(more) < 5e-6 ? "under 0.001 %" : percent(std::abs(more))) +
                                    (more > 0 ? " more" : " fewer") + " instructions");
  }
}

/// What the policy judges and a measured case has no verdict of: that is no pass.
void add_unjudged(GateReport& report, const Pair& pair, const Policy& policy) {
  if (!was_measured(pair)) return;
  const auto add = [&](const char* rule, const std::string& metric, const char* reason, auto is_it) {
    if (std::any_of(pair.verdicts.begin(), pair.verdicts.end(), is_it)) return;
    GateFinding finding{.key = pair.key, .verdict = {}, .why = {}, .base = {}, .candidate = {}, .unit = {}};
    finding.verdict.metric = metric;
    finding.verdict.rule = rule;
    finding.verdict.outcome = Outcome::incomparable;
    finding.verdict.reason = reason;
    finding.state = GateState::broken;
    report.findings.push_back(std::move(finding));
  };
  for (const auto& metric : policy.exact) {
    add("exact", metric, "it was not counted on either side; skip the case, or name another metric",
        [&](const Verdict& verdict) { return verdict.metric == metric; });
  }
  const bool paired = std::any_of(pair.verdicts.begin(), pair.verdicts.end(),
                                  [](const Verdict& verdict) { return verdict.rule == "paired"; });
  if (policy.tail && paired)
    add("tail", "time.wall.p99",
        "slow requests were not looked at when it was measured: measure it with tail = true",
        [](const Verdict& verdict) { return verdict.rule == "tail"; });
}

bool is_valid(const Verdict& verdict) {
  const bool session = verdict.rule == "session" && verdict.cause != cause_uncalibrated;
  const bool tail = verdict.rule == "tail" && verdict.cause != cause_no_tail;
  const bool rule = verdict.rule == "paired" || tail || verdict.rule == "exact" || session;
  return rule && verdict.outcome != Outcome::incomparable;
}

/// Of a case without a valid verdict: what the policy asks for says most.
std::string why_none(const Pair& pair, const Policy& policy) {
  if (pair.verdicts.empty()) return "it was not judged";
  const auto asked = std::find_if(pair.verdicts.begin(), pair.verdicts.end(),
                                  [&](const Verdict& verdict) { return is_judged(verdict, policy); });
  return (asked == pair.verdicts.end() ? pair.verdicts.front() : *asked).reason;
}

void check_required(GateReport& report, const Comparison& comparison, const Policy& policy) {
  for (const auto& required : policy.required) {
    bool matched = false;
    for (const auto& pair : comparison.pairs) {
      const ResultRow& row = row_of(pair);
      if (!matches(required, row.value, row.params)) continue;
      const bool has = std::any_of(pair.verdicts.begin(), pair.verdicts.end(), [&](const Verdict& verdict) {
        // (A case that no launch was left for has no valid verdict, whatever stands in it.)
        return is_valid(verdict) && is_judged(verdict, policy) && was_measured(pair);
      });
      if (!has)
        report.dead.push_back("required case " + pair.key + " has no verdict: " + why_none(pair, policy));
      matched = true;
    }
    if (!matched) report.dead.push_back("required '" + required.text + "' matches no case that was measured");
  }
}

void check_undecided(GateReport& report, const Policy& policy) {
  std::size_t judged = 0;
  std::size_t open = 0;
  for (const auto& finding : report.findings) {
    if (!is_valid(finding.verdict)) continue;
    ++judged;
    if (is_open(finding.verdict)) ++open;
  }
  if (judged == 0) {
    report.dead.emplace_back("nothing was judged");
    return;
  }
  const double share = static_cast<double>(open) / static_cast<double>(judged);
  if (share > policy.max_undecided)
    report.dead.push_back(percent(share) + " of the verdicts are undecided, max_undecided is " +
                          percent(policy.max_undecided));
}

/// Waivers that have expired, or that are about nothing.
void check_waivers(GateReport& report, const Comparison& comparison, const Policy& policy, Day today) {
  const auto is_about = [&](const Selector& select) {
    const bool measured = std::any_of(
        comparison.pairs.begin(), comparison.pairs.end(),
        [&](const Pair& pair) { return matches(select, row_of(pair).value, row_of(pair).params); });
    return measured ||
           std::any_of(report.findings.begin(), report.findings.end(), [&](const GateFinding& finding) {
             const Case value = parse_case(finding.key);
             return finding.state == GateState::skipped && matches(select, value, value.params);
           });
  };
  for (const auto& rule : policy.rules) {
    if (!is_about(rule.select)) report.warnings.push_back("rule '" + rule.select.text + "' matches no case");
  }
  for (const auto& skip : policy.skips) {
    if (!skip.holds(today))
      report.warnings.push_back("skip '" + skip.select.text + "' held until " + to_string(*skip.until) +
                                " (" + skip.reason + "): it is measured again");
    else if (!is_about(skip.select))
      report.warnings.push_back("skip '" + skip.select.text + "' matches no case");
  }
  for (const auto& waiver : policy.acknowledgements) {
    if (!is_about(waiver.select))
      report.warnings.push_back("acknowledge '" + waiver.select.text + "' matches no case");
  }
}

void check_settled(GateReport& report, const std::vector<Settled>& settled, Day today) {
  for (const auto& one : settled) {
    for (const auto& decision : one.decisions) {
      if (!holds(decision, today))
        report.warnings.push_back(one.case_key + " " + one.metric + " is no longer " + to_string(decision));
    }
  }
}

void note_results(GateReport& report, const Comparison& comparison) {
  for (const auto& pair : comparison.pairs) {
    for (const auto* row : {&pair.base, &pair.candidate}) {
      if (!*row) continue;
      const Status status = (*row)->status;
      if (status == Status::invalid && (*row)->verified == false)
        report.wrong_result = true;
      else if (status == Status::invalid || status == Status::failed || status == Status::timeout)
        report.no_result = true;
    }
  }
}

}  // namespace

std::string to_string(GateState state) {
  switch (state) {
    case GateState::fail:
      return "fail";
    case GateState::broken:
      return "broken";
    case GateState::undecided:
      return "undecided";
    case GateState::acknowledged:
      return "acknowledged";
    case GateState::skipped:
      return "skipped";
    case GateState::news:
      return "new or missing";
    case GateState::pass:
      return "pass";
  }
  return "pass";
}

bool GateReport::passed() const {
  return dead.empty() && !wrong_result && !no_result && count(GateState::fail) == 0 &&
         count(GateState::broken) == 0;
}

std::size_t GateReport::count(GateState state) const {
  return static_cast<std::size_t>(std::count_if(
      findings.begin(), findings.end(), [&](const GateFinding& finding) { return finding.state == state; }));
}

GateReport decide(const Comparison& comparison,
                  const std::vector<std::pair<std::string, std::string>>& skipped, const Policy& policy,
                  Day today, const std::vector<Settled>& settled) {
  GateReport report;
  const Judging by{policy, settled, today};
  for (const auto& pair : comparison.pairs) {
    for (const auto& verdict : pair.verdicts) {
      if (!is_judged(verdict, policy)) continue;
      report.findings.push_back(find(pair, verdict, by));
      add_instructions(report.findings.back(), pair);
    }
    add_unjudged(report, pair, policy);
  }
  for (const auto& [key, reason] : skipped) {
    GateFinding finding{.key = key, .verdict = {}, .why = reason, .base = {}, .candidate = {}, .unit = {}};
    finding.state = GateState::skipped;
    report.findings.push_back(std::move(finding));
  }
  check_undecided(report, policy);
  check_required(report, comparison, policy);
  check_waivers(report, comparison, policy, today);
  check_settled(report, settled, today);
  note_results(report, comparison);
  std::stable_sort(report.findings.begin(), report.findings.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.state, a.verdict.ratio.value_or(1), a.key) <
           std::tuple(b.state, b.verdict.ratio.value_or(1), b.key);
  });
  return report;
}

}  // namespace assay

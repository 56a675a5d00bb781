// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/sessions.h"

#include <algorithm>
#include <string>

#include "harness/judge/calibration.h"
#include "harness/judge/figures.h"
#include "harness/judge/policy.h"

namespace assay {

namespace {

constexpr std::size_t fewest_for_host = 3;

void say(Verdict& verdict, const std::string& text) {
  verdict.reason = text + (verdict.reason.empty() ? "" : "; ") + verdict.reason;
}

void leave_open(Verdict& verdict, const std::string& why) {
  verdict.cause = cause_uncalibrated;
  say(verdict, why);
}

void judge_session(const SessionQuestion& question, double level) {
  Verdict& verdict = *question.verdict;
  if (question.calibration == nullptr) {
    return leave_open(
        verdict,
        "what two sessions of this case differ by on this host class is not known: 'assay "
        "calibrate' measures it; 'assay ab' and --against rev: measure both sides side by side");
  }
  const auto margin = session_margin(*question.calibration, level);
  if (!margin) {
    return leave_open(verdict,
                      "its calibration has one session, which shows no spread: assay calibrate --sessions 5");
  }
  if (*margin > useless_margin) {
    return leave_open(
        verdict, "sessions of its calibration differ by so much (" +
                     (*margin > 10 ? "more than 1000 %" : percent_text(*margin)) +
                     ") that nothing could be shown: assay calibrate --sessions 5, while nothing else runs");
  }
  const std::string known = percent_text(*margin) + ", by " + std::to_string(question.calibration->sessions) +
                            " sessions of " + to_string(day_of(question.calibration->at_utc_ms));
  if (!verdict.ratio || !verdict.ci_low || !verdict.ci_high)
    return say(verdict, "too few launches for an interval of the ratio: 95 % needs 4 a side");
  const double beyond = 1 + *margin;
  const double effect = 1 + question.smallest_effect;
  if (*verdict.ci_high < 1 / beyond && *verdict.ratio <= 1 / effect) {
    verdict.outcome = Outcome::slower;
  } else if (*verdict.ci_low > beyond && *verdict.ratio >= effect) {
    verdict.outcome = Outcome::faster;
  } else if (*verdict.ci_high * beyond <= effect && *verdict.ci_low / beyond >= 1 / effect) {
    verdict.outcome = Outcome::same;
  } else {
    return say(verdict,
               "it does not lie beyond what two sessions of this host may differ by (" + known + ")");
  }
  say(verdict, (verdict.outcome == Outcome::same ? "two sessions of this host may differ by "
                                                 : "beyond what two sessions of this host may differ by, ") +
                   known);
}

void put_on_host(std::span<const SessionQuestion> judged, Outcome outcome) {
  const auto moved = std::count_if(judged.begin(), judged.end(), [&](const SessionQuestion& question) {
    return question.verdict->outcome == outcome;
  });
  if (judged.size() < fewest_for_host || 2 * static_cast<std::size_t>(moved) <= judged.size()) return;
  for (const SessionQuestion& question : judged) {
    Verdict& verdict = *question.verdict;
    if (verdict.outcome != outcome) continue;
    verdict.outcome = Outcome::undecided;
    verdict.cause = "host";
    say(verdict, std::to_string(moved) + " of " + std::to_string(judged.size()) + " cases got " +
                     to_string(outcome) +
                     " together, so it may be the host: --against rev: measures both sides side by side");
  }
}

void put_on_layout(const SessionQuestion& question) {
  Verdict& verdict = *question.verdict;
  if (!question.same_machine_code || verdict.outcome == Outcome::same) return;
  if (verdict.outcome == Outcome::undecided) return say(verdict, "both sides execute the same machine code");
  say(verdict, "got " + to_string(verdict.outcome) + ", and both sides execute the same machine code");
  verdict.outcome = Outcome::undecided;
  verdict.cause = cause_layout;
}

}  // namespace

void judge_sessions(std::span<const SessionQuestion> questions, const SuiteRule& rule) {
  std::vector<SessionQuestion> calibrated;
  for (const SessionQuestion& question : questions) {
    if (question.calibration != nullptr && question.calibration->session_spread)
      calibrated.push_back(question);
  }
  const double level = std::min(
      rule.case_error, rule.suite_error / static_cast<double>(std::max<std::size_t>(calibrated.size(), 1)));
  for (const SessionQuestion& question : questions) judge_session(question, level);
  put_on_host(calibrated, Outcome::slower);
  put_on_host(calibrated, Outcome::faster);
  for (const SessionQuestion& question : questions) put_on_layout(question);
}

}  // namespace assay

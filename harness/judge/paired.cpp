// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/paired.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>

#include "harness/core/error.h"
#include "harness/core/value.h"
#include "harness/judge/paired_text.h"
#include "harness/judge/sequential.h"
#include "harness/stats/holm.h"
#include "harness/stats/signed_rank.h"

namespace assay {

namespace {

/// Positive: the new side is better.
double log_ratio(double base, double candidate, Better better) {
  if (!(base > 0) || !(candidate > 0) || !std::isfinite(base) || !std::isfinite(candidate)) {
    throw Error(ErrorCode::internal, "a pair of launches has a value that is not positive: " +
                                         shortest(base) + " and " + shortest(candidate));
  }
  // Not of the quotient: the sides' places change the sign alone.
  return better == Better::higher ? std::log(candidate) - std::log(base)
                                  : std::log(base) - std::log(candidate);
}

std::vector<double> time_differences(const PairedCase& measured) {
  std::vector<double> differences;
  differences.reserve(measured.pairs.size());
  for (const LaunchPair& pair : measured.pairs) {
    differences.push_back(log_ratio(pair.base, pair.candidate, measured.better));
  }
  return differences;
}

/// Of the first `pairs` pairs, where both sides' cycles are known in at least half of them.
std::vector<double> cycle_differences(const PairedCase& measured, int pairs) {
  std::vector<double> differences;
  for (const LaunchPair& pair : std::span(measured.pairs).first(static_cast<std::size_t>(pairs))) {
    if (pair.base_cycles && pair.candidate_cycles) {
      differences.push_back(log_ratio(*pair.base_cycles, *pair.candidate_cycles, Better::lower));
    }
  }
  if (2 * differences.size() < static_cast<std::size_t>(pairs)) differences.clear();
  return differences;
}

double share(std::int64_t part, std::int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::vector<double> share_differences(const TailCounts& tail) {
  std::vector<double> differences;
  differences.reserve(tail.pairs.size());
  for (const TailPair& pair : tail.pairs) {
    differences.push_back(share(pair.base_above, pair.base_requests) -
                          share(pair.candidate_above, pair.candidate_requests));
  }
  return differences;
}

bool is_detectable(const PairedCase& measured) {
  return !measured.detectable || *measured.detectable <= measured.smallest_effect;
}

struct Differences {
  std::vector<double> time, tail;
};

/// What is asked of one case, with its tests; all of it points into `differences`, `budget`, `tests`.
Question time_question(const PairedCase& measured, const Differences& differences, const SuiteBudget& budget,
                       std::span<const LookTest> time, std::span<const WitnessLook> cycles,
                       const SuiteRule& rule) {
  Question question;
  question.differences = differences.time;
  question.smallest_effect = std::log1p(measured.smallest_effect);
  question.may_be_same = is_detectable(measured);
  question.margin = question.may_be_same ? 0 : question.smallest_effect;
  question.difference_looks = budget.difference;
  question.same_looks = budget.same;
  question.tests = time;
  question.witness = cycles;
  question.level = budget.level;
  question.same_error = rule.same_error;
  question.give_up = rule.give_up;
  return question;
}

Question tail_question(const PairedCase& measured, const Differences& differences, const TailLooks& looks,
                       const SuiteBudget& budget, std::span<const LookTest> tests, const SuiteRule& rule) {
  Question question;
  question.of = Question::Of::mean;
  question.differences = differences.tail;
  question.smallest_effect = measured.smallest_tail_effect;
  question.difference_looks = looks.difference;
  question.same_looks = looks.same;
  question.tests = tests;
  question.level = budget.level;
  question.same_error = rule.same_error;
  question.give_up = rule.give_up;
  return question;
}

/// What one request is of a launch's.
double finest_share(std::span<const TailPair> pairs) {
  std::int64_t most = 1;
  for (const TailPair& pair : pairs) most = std::max({most, pair.base_requests, pair.candidate_requests});
  return 1 / static_cast<double>(most);
}

/// Tests of the looks that `differences` have reached since.
void extend(std::vector<LookTest>& tests, std::span<const double> differences, std::span<const Look> looks,
            const std::function<LookTest(std::span<const double>)>& test) {
  while (tests.size() < looks.size()) {
    const auto pairs = static_cast<std::size_t>(looks[tests.size()].pairs);
    if (pairs > differences.size()) return;
    tests.push_back(test(differences.first(pairs)));
  }
}

/// What cycles say at a look; nothing where time says so little that its p value, adjusted, is 1 anyway.
WitnessLook cycles_at(const PairedCase& measured, const Question& question, const LookTest& time) {
  const auto look = std::find_if(question.difference_looks.begin(), question.difference_looks.end(),
                                 [&](const Look& planned) { return planned.pairs == time.pairs; });
  WitnessLook cycles;
  if (2 * std::min(time.better, time.worse) >= look->weight) return cycles;
  const std::vector<double> differences = cycle_differences(measured, time.pairs);
  if (differences.empty()) return cycles;
  cycles.test = test_look(differences, question.margin, question.smallest_effect);
  cycles.estimate = stats::hodges_lehmann(differences);
  return cycles;
}

double level_of(std::size_t hypotheses, const SuiteRule& rule) {
  const auto count = static_cast<double>(std::max<std::size_t>(hypotheses, 1));
  return std::min(rule.case_error, rule.suite_error / count);
}

TailLooks tail_looks(const TailCounts& tail, const SuiteBudget& budget, const SuiteRule& rule) {
  const int most = rule.most_pairs - tail.reference_pairs;
  return {plan_looks(rule.batch, most, budget.level / 2), plan_looks(rule.batch, most, rule.same_error)};
}

RuleJudgement judge_question(const Question& question, const Finding& finding) {
  RuleJudgement judged;
  judged.pairs = finding.pairs;
  judged.p_value = adjusted_p_value(question);
  judged.level = question.level;
  judged.decided = finding.kind != Finding::Kind::open;
  return judged;
}

RuleJudgement judge_time(const PairedCase& measured, const Question& question) {
  const Finding finding = first_decision(question);
  RuleJudgement judged = judge_question(question, finding);
  judged.verdict = time_verdict(measured, question, finding);
  judged.unconfirmed = finding.witness_silent || finding.kind == Finding::Kind::contradicted;
  judged.futile = question.give_up && !judged.decided && !finding.witness_silent && is_futile(question);
  return judged;
}

RuleJudgement judge_tail(const PairedCase& measured, const Question& question) {
  const Finding finding = first_decision(question);
  RuleJudgement judged = judge_question(question, finding);
  judged.verdict = tail_verdict(measured, question, finding);
  const bool hopeless = question.difference_looks.empty();  // too few pairs left after the threshold's
  judged.futile = !judged.decided && (hopeless || (question.give_up && is_futile(question)));
  return judged;
}

/// Requests have no cycles of their own: a change of time that the case's cycles do not bear out moves its
/// tail, too, and says nothing of it.
void put_on_clock(RuleJudgement& tail, const RuleJudgement& paired) {
  const Outcome outcome = tail.verdict.outcome;
  if (!paired.unconfirmed || (outcome != Outcome::slower && outcome != Outcome::faster)) return;
  tail.verdict.outcome = Outcome::undecided;
  tail.verdict.cause = paired.verdict.cause;
  tail.verdict.reason += "; the time of the case changed, and its cycles do not say so";
  tail.decided = paired.decided;
}

/// The fewest pairs that could ever say `slower`, `faster` and `same` at this level; 0: not by ten times as
/// many.
int least_pairs(const SuiteRule& rule, double level) {
  for (int pairs = rule.batch; pairs <= 10 * rule.most_pairs; pairs += rule.batch) {
    if (!plan_looks(rule.batch, pairs, level / 2).empty() &&
        !plan_looks(rule.batch, pairs, rule.same_error).empty())
      return pairs;
  }
  return 0;
}

}  // namespace

bool CaseJudgement::wants_more() const {
  if (paired.verdict.outcome == Outcome::incomparable) return false;
  const auto open = [](const RuleJudgement& judged) { return !judged.decided && !judged.futile; };
  return open(paired) || (tail && open(*tail));
}

bool CaseJudgement::is_alarm() const {
  return paired.verdict.outcome == Outcome::slower || (tail && tail->verdict.outcome == Outcome::slower);
}

SuiteBudget suite_budget(std::span<const PairedCase> cases, const SuiteRule& rule) {
  SuiteBudget budget;
  for (const PairedCase& measured : cases) {
    if (!measured.same_machine_code) ++budget.hypotheses;
    if (!measured.same_machine_code && measured.tail) ++budget.hypotheses;
  }
  budget.level = level_of(budget.hypotheses, rule);
  budget.difference = plan_looks(rule.batch, rule.most_pairs, budget.level / 2);
  budget.same = plan_looks(rule.batch, rule.most_pairs, rule.same_error);
  if (budget.difference.empty() || budget.same.empty()) {
    const int least = least_pairs(rule, budget.level);
    throw Error(
        ErrorCode::usage,
        "an error budget of " + shortest(rule.suite_error) + " for " + std::to_string(budget.hypotheses) +
            " tests can never say slower or faster: " + std::to_string(rule.most_pairs) +
            " pairs of launches that all agree would not be enough",
        "allow " + (least > 0 ? "at least " + std::to_string(least) : std::string("more")) +
            " (--most-launches, --launches or --layouts, most_launches in a policy); or a larger error "
            "budget, or fewer cases at a time");
  }
  return budget;
}

SuiteJudge::SuiteJudge(std::span<const PairedCase> cases, const SuiteRule& rule)
    : rule_(rule), budget_(suite_budget(cases, rule)), tests_(cases.size()) {}

std::vector<CaseJudgement> SuiteJudge::judge(std::span<const PairedCase> cases) {
  if (cases.size() != tests_.size()) throw Error(ErrorCode::internal, "another suite than was to be judged");
  std::vector<Differences> differences(cases.size());
  std::vector<TailLooks> looks(cases.size());
  std::vector<Question> times(cases.size());
  std::vector<Question> tails(cases.size());
  std::vector<double> p_values;
  std::vector<Question*> hypotheses;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const PairedCase& measured = cases[i];
    CaseTests& tests = tests_[i];
    differences[i].time = time_differences(measured);
    times[i] = time_question(measured, differences[i], budget_, {}, {}, rule_);
    extend(tests.time, differences[i].time, budget_.difference, [&](std::span<const double> ratios) {
      return test_look(ratios, times[i].margin, times[i].smallest_effect);
    });
    while (tests.cycles.size() < tests.time.size())
      tests.cycles.push_back(cycles_at(measured, times[i], tests.time[tests.cycles.size()]));
    times[i].tests = tests.time;
    times[i].witness = tests.cycles;
    if (!measured.same_machine_code) hypotheses.push_back(&times[i]);
    if (measured.tail) {
      looks[i] = tail_looks(*measured.tail, budget_, rule_);
      differences[i].tail = share_differences(*measured.tail);
      extend(tests.tail, differences[i].tail, looks[i].difference, [&](std::span<const double> shares) {
        const auto pairs = std::span(measured.tail->pairs).first(shares.size());
        return test_sum(shares, finest_share(pairs), measured.smallest_tail_effect);
      });
      tails[i] = tail_question(measured, differences[i], looks[i], budget_, tests.tail, rule_);
      if (!measured.same_machine_code) hypotheses.push_back(&tails[i]);
    }
  }
  for (const Question* question : hypotheses) p_values.push_back(adjusted_p_value(*question));
  const auto steps = stats::holm(p_values, rule_.suite_error, rule_.case_error);
  for (std::size_t i = 0; i < hypotheses.size(); ++i) hypotheses[i]->level = steps[i].level;

  std::vector<CaseJudgement> judged;
  judged.reserve(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto judge_new = [&](std::optional<Judged>& last, const Question& question, auto judge) {
      const std::size_t pairs = cases[i].pairs.size() + question.differences.size();
      if (!last || last->pairs != pairs || last->level != question.level || !cases[i].failure.empty())
        last = Judged{pairs, question.level, judge(cases[i], question)};
      return last->judgement;
    };
    CaseJudgement judgement;
    judgement.paired = judge_new(tests_[i].judged_time, times[i], judge_time);
    if (cases[i].tail) judgement.tail = judge_new(tests_[i].judged_tail, tails[i], judge_tail);
    if (judgement.tail) put_on_clock(*judgement.tail, judgement.paired);
    judged.push_back(std::move(judgement));
  }
  return judged;
}

std::vector<CaseJudgement> judge_suite(std::span<const PairedCase> cases, const SuiteRule& rule) {
  return SuiteJudge(cases, rule).judge(cases);
}

}  // namespace assay

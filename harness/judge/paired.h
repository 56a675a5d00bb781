// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/core/metric.h"
#include "harness/judge/comparison.h"
#include "harness/judge/looks.h"
#include "harness/judge/tail.h"

/// The rule of pairs: fresh launches of two sides in turn, looked at after every batch of pairs. Pure
/// functions over launch values in time order; the same evidence gives the same verdicts, bit for bit, so a
/// stored trial is judged again by the same call that judged it (`assay gate --replay`). What the rule is,
/// what it promises and why: ci/decisions/0019-paired-rule.md.
namespace assay {

/// Which rules made a verdict of rule "paired" or "tail". Raised whenever the same pairs could be judged
/// differently.
inline constexpr int paired_judge_version = 1;

/// Two fresh launches that followed one another, one of each side, in either order. A pair of which one
/// launch failed is no pair.
struct LaunchPair {
  double base = 0;  ///< the launch's value, > 0: median of its repeats, in the metric's unit
  double candidate = 0;
  /// Cycles that one call took, where they were counted and the calls were on a CPU all the time (a call that
  /// waits takes time and no cycles, and would be blamed on the clock).
  std::optional<double> base_cycles{};
  std::optional<double> candidate_cycles{};
};

/// One case of a suite: what is asked, and what was measured so far.
struct PairedCase {
  std::string key;  ///< canonical text
  std::string metric = "time.wall.p50";
  std::string tail_metric = "time.wall.p99";  ///< of the tail rule's verdict
  std::string against;                        ///< as in Verdict
  Better better = Better::lower;
  double smallest_effect = 0.0075;      ///< of interest: relative change, 0.0075 is 0.75 %
  double smallest_tail_effect = 0.005;  ///< share of requests: 0.005 is half a percent of them
  std::optional<double> detectable{};  ///< what `calibrate` found detectable here; above `smallest_effect` it
                                       ///< takes `same` away
  bool same_machine_code = false;      ///< of all that the case executes
  std::vector<LaunchPair> pairs{};     ///< in time order
  std::optional<TailCounts> tail{};    ///< present: the tail rule is asked, too (a TailTally makes it)
  std::string failure{};  ///< why the case cannot be measured: "the new side failed: ..."; it is incomparable
};

/// The error budgets of a suite, fixed before anything is measured.
struct SuiteRule {
  double suite_error =
      0.05;  ///< at most this share of suites of unchanged cases has any `slower` or `faster`
  double case_error = 0.005;  ///< the same of single verdicts
  double same_error = 0.05;   ///< at most this share of cases that changed by their smallest effect, or
                              ///< more, is called `same`
  int batch = 6;              ///< pairs between two looks
  int most_pairs = 60;
  bool give_up = true;  ///< end a case that is not likely to be decided
};

struct RuleJudgement {
  Verdict verdict;
  int pairs = 0;         ///< that the verdict stands on: those of the look that decided, or of the last one
  double p_value = 1;    ///< of "nothing changed", adjusted for the looks, not for the suite
  double level = 0;      ///< what Holm's procedure holds p_value against
  bool decided = false;  ///< more pairs would not change it: also `undecided` with a cause
  bool unconfirmed = false;  ///< time changed, and cycles do not say so
  bool futile = false;       ///< undecided, and the pairs that are left are not likely to decide it
};

struct CaseJudgement {
  RuleJudgement paired;
  std::optional<RuleJudgement> tail;

  bool wants_more() const;  ///< another batch could decide something
  bool is_alarm() const;    ///< one of its verdicts is `slower`
};

/// Judges every case of the suite; answers are in the order of `cases`. Budgets are shared by all of them
/// (Holm), so a suite must be handed over whole: also cases that failed, or have no pair yet. More pairs only
/// add looks, and levels only rise with them, so what was shown to have changed stays shown. \throws
/// Error{usage} where a budget is so small that `most_pairs` pairs could never reject; Error{internal} on a
/// value that is not positive and finite.
std::vector<CaseJudgement> judge_suite(std::span<const PairedCase> cases, const SuiteRule& rule);

/// How the budgets are spent: by looks, and before Holm's procedure by hypotheses.
struct SuiteBudget {
  std::size_t hypotheses = 0;      ///< that share the suite's budget: a case's paired rule, and its tail rule
  double level = 0;                ///< two-sided, of a hypothesis where no other is rejected
  std::vector<Look> difference{};  ///< of pairs, for `slower` and `faster`
  std::vector<Look> same{};
};
SuiteBudget suite_budget(std::span<const PairedCase> cases, const SuiteRule& rule);

/// The same for a loop that judges again and again: tests of looks are kept, and only new ones computed.
class SuiteJudge {
 public:
  /// `cases`: how many there are and which of them ask the tail rule fixes the budget's shares.
  SuiteJudge(std::span<const PairedCase> cases, const SuiteRule& rule);
  /// `cases`: those of the constructor, with as many pairs as before or more.
  std::vector<CaseJudgement> judge(std::span<const PairedCase> cases);

 private:
  /// A judgement, and what it was made from: without new pairs, at the same level, it is the same again.
  struct Judged {
    std::size_t pairs = 0;
    double level = 0;
    RuleJudgement judgement{};
  };
  struct CaseTests {
    std::vector<LookTest> time, tail;
    std::vector<WitnessLook> cycles;
    std::optional<Judged> judged_time{}, judged_tail{};
  };
  SuiteRule rule_;
  SuiteBudget budget_;
  std::vector<CaseTests> tests_;
};

/// An alarm (`slower`) is measured once more, in fresh launches; the rule for that second session: each
/// alarm is tested at `confirm_error` by itself.
SuiteRule confirmation_rule(const SuiteRule& rule, std::size_t alarms, double confirm_error = 0.05);

/// Both sessions together: an alarm of the first stands only where the second, judged by its own pairs alone,
/// says `slower` too, and then with the second's ratio (the first's is large because it was picked);
/// otherwise it is `undecided`, and says what both saw. What was no alarm stays as the first has it. A
/// second look at alarms alone can only take alarms away, so the error budget of the suite holds.
CaseJudgement confirm(const CaseJudgement& first, const CaseJudgement& second);

}  // namespace assay

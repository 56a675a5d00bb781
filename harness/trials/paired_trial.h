// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/judge/paired.h"

/// The loop that measures and judges in turn. What a launch is, is not known here: `Measurer` does one and
/// says what came out, be it a worker, a foreign program or a simulated host.
namespace assay::trials {

enum class Side { base, candidate };

/// One fresh launch that the loop wants.
struct LaunchOrder {
  std::size_t case_index = 0;  ///< in the list of cases that the loop was given
  Side side = Side::base;
  int pair = 0;     ///< from 0, counted by case and session; both launches of a pair have the same
  int session = 0;  ///< 0; 1: an alarm is measured again
};

/// What came of it. Missing is not zero: a launch that failed has no value and a reason.
struct LaunchOutcome {
  std::optional<double> value{};      ///< of the case's metric: positive and finite, else the launch failed
  std::optional<double> cycles{};     ///< of one call; see LaunchPair
  std::vector<double> requests_ns{};  ///< latencies of single requests; looked at where the case asks the
                                      ///< tail rule. Empty where calls were timed in batches
  std::string reason{};               ///< why there is no value
  double took_s = 0;                  ///< all that the launch cost, as the budget counts it; also of failures
};

/// Called for one launch at a time, in the caller's thread. What it throws ends the trial and passes on.
using Measurer = std::function<LaunchOutcome(const LaunchOrder&)>;

struct TrialSettings {
  SuiteRule rule{};
  std::uint64_t seed = 1;   ///< of the order of cases and sides
  double budget_s = 0;      ///< of both sessions, in the seconds of `took_s`; 0: no limit
  bool rerun = true;        ///< measure alarms (`slower`) once more
  bool to_the_end = false;  ///< a case goes on to the most pairs, decided or not: pairs that ended where they
                            ///< agreed would make a host look quieter than it is
  int failures_allowed =
      2;  ///< launches of one side that may fail one after the other; the next ends its case
};

/// Why a case got no further launch.
enum class Ending {
  decided,
  futile,      ///< more pairs are not likely to decide it
  most_pairs,  ///< all that the rule allows were measured
  failed,      ///< one side does not run
  budget,      ///< what is left of the budget does not pay for another batch
  interrupted
};
std::string to_string(Ending ending);  ///< "decided", ..., "most pairs", ...

struct CaseTrial {
  PairedCase evidence{};  ///< as given, with the pairs of the first session
  std::optional<PairedCase>
      second{};               ///< the pairs of the second session, of an alarm that was measured again
  std::string not_again{};    ///< why an alarm was not measured again to the end; empty: it was, or was none
  CaseJudgement judgement{};  ///< of both sessions
  Ending ending = Ending::most_pairs;
  int launches = 0;  ///< of both sides and sessions, failed ones too
  int failed_launches = 0;
  std::string last_failure{};  ///< its reason
  double took_s = 0;
};

struct PairedTrial {
  std::vector<CaseTrial> cases;  ///< in the order given
  int launches = 0;
  double took_s = 0;
  bool interrupted = false;
  bool out_of_budget = false;  ///< a case ended for it
};

/// What the loop tells and asks, between launches.
struct TrialProgress {
  std::size_t case_index = 0;
  int session = 0;
  int pairs = 0;              ///< complete ones of this case
  std::size_t measuring = 0;  ///< cases that are still measured
  int launches = 0;           ///< so far, of all cases
  double took_s = 0;
};
struct TrialHooks {
  std::function<bool()> stop{};  ///< true: end now, judge what there is
  std::function<void(const TrialProgress&)> after_launch{};
};

/// Measures every case in blocks of two pairs, the order of each pair by a coin of its own (so that the tests
/// are exact whatever the host does to launches, as long as it does not know the sides), all cases that still
/// want pairs in a random order once a round, and looks at all of them after each batch of pairs; a
/// case that is decided, or cannot be, frees its time for the others. Where the budget does not pay for a
/// batch of every case, those that go on are picked by lots drawn before the first launch: what was measured
/// so far decides nothing there. `cases`: without pairs; a case whose `tail` is present asks the tail rule.
PairedTrial run_paired_trial(std::vector<PairedCase> cases, const TrialSettings& settings,
                             const Measurer& measure, const TrialHooks& hooks = {});

}  // namespace assay::trials

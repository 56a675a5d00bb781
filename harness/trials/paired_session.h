// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <random>
#include <span>
#include <vector>

#include "harness/trials/paired_trial.h"

/// Inside: one session of a paired trial, from the first launch to the last look.
namespace assay::trials {

/// What both sessions spend from.
struct Spent {
  double budget_s = 0;  ///< 0: no limit
  double took_s = 0;
  int launches = 0;
  double left_s() const;
};

/// One case while it is measured.
struct Measured {
  std::size_t index = 0;       ///< in the whole trial
  CaseTrial* trial = nullptr;  ///< whose launches are counted
  PairedCase evidence{};
  TailTally tally{};
  bool measuring = true;
  int tried = 0;  ///< pairs
  double took_s = 0;
  std::array<int, 2> failed_running{};  ///< launches of a side that failed one after the other
  CaseJudgement judgement{};
  Ending ending = Ending::most_pairs;

  double pair_s() const { return tried == 0 ? 0 : took_s / tried; }
};

class PairedSession {
 public:
  /// `cases` outlive it, and their evidence has no pairs yet.
  PairedSession(std::vector<Measured>& cases, const SuiteRule& rule, const TrialSettings& settings,
                int number, const Measurer& measure, const TrialHooks& hooks, Spent& spent);
  void run();
  bool interrupted() const { return interrupted_; }

 private:
  std::vector<std::size_t> shuffled(std::vector<std::size_t> items);
  std::vector<std::size_t> still_measuring() const;
  std::vector<std::size_t> affordable();
  double reserved_s() const;
  void measure_batch(std::vector<std::size_t> batch);
  void measure_block(Measured& measured);
  void measure_pair(Measured& measured, bool base_first);
  LaunchOutcome launch(Measured& measured, Side side);
  void end(Measured& measured, Ending ending);
  void look();

  std::vector<Measured>& cases_;
  SuiteRule rule_;
  const TrialSettings& settings_;
  int number_;
  const Measurer& measure_;
  const TrialHooks& hooks_;
  Spent& spent_;
  std::mt19937_64 random_;
  std::vector<std::size_t> lots_;  ///< who goes on first where the budget is short
  SuiteJudge judge_;
  bool interrupted_ = false;
};

}  // namespace assay::trials

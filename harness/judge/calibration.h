// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/core/calibration.h"
#include "harness/judge/paired.h"

/// What a host can tell, from cases that were measured against themselves: pure functions over their pairs.
/// What the figures mean and why: ci/decisions/0023-calibration.md.
namespace assay {

/// One case against itself, in several sessions.
struct SelfCompared {
  std::string key;
  std::string metric = "time.wall.p50";
  std::vector<std::vector<LaunchPair>> sessions{};  ///< in time order. One without pairs says nothing
};

struct CalibrationRule {
  SuiteRule rule{};        ///< the policy's: its error budgets, and the most launches of a side
  int session_pairs = 60;  ///< the most that a session was to measure: its looks are planned up to it
  double power = 0.8;      ///< with which what is detectable is shown
  int resamples = 200;     ///< of the pairs, for it
  std::uint64_t seed = 1;
};

/// One calibration a case, in their order; `run`, `host_class_id` and `at_utc_ms` are left to the caller.
/// - Alarms: each session of all cases is judged as a suite, without a smallest effect: any change that is
///   shown is false. The second session that a gate gives its alarms is left out: it is the rule by itself.
/// - Spread: of the medians of all launches of a session.
/// - Detectable: smallest_detectable().
/// \throws Error{usage} where the error budget can never alarm with so few pairs, Error{internal} on a value
/// that is not positive.
std::vector<Calibration> calibrate(std::span<const SelfCompared> cases, const CalibrationRule& rule);

/// `resamples` times as many pairs as the rule allows are drawn, each turned round by a coin (equal sides
/// know no order), and the change is put on one side of all: the smallest that the rule shows in `power` of
/// these trials, in time and where they are known in cycles, at the level that one of `cases` has when no
/// other changed. A change that is put on all pairs moves the rule's intervals by itself, so the smallest
/// that a trial shows is where its interval begins at some look. With a factor 1 + 2 / pairs for what few
/// pairs do not know. Deterministic. Empty with fewer than 12 pairs, and where not even 100 % is shown.
std::optional<double> smallest_detectable(std::span<const LaunchPair> pairs, std::size_t cases,
                                          const CalibrationRule& rule);

/// Cases that were calibrated together.
struct SuiteCalibration {
  int cases = 0;
  int sessions = 0;  ///< the most that a case has
  int comparisons = 0;
  int alarms = 0;
  int alarmed_sessions = 0;
  std::optional<double> alarm_bound{};            ///< of the rate of alarms: alarm_bound()
  std::optional<double> alarmed_session_bound{};  ///< of the share of sessions with any
  std::optional<double> median_detectable{};      ///< of the cases that have one
  std::optional<double> worst_detectable{};       ///< shown in every case; absent where one has none
  std::optional<double> worst_spread{};           ///< absent where no case has one
};
SuiteCalibration suite_calibration(std::span<const Calibration> calibrations);

/// Of a rate: 95 %, one-sided, Clopper and Pearson; empty without comparisons.
std::optional<double> alarm_bound(int alarms, int comparisons);

/// How far the ratio of two sessions may lie from 1 where nothing changed, as a relative change: Student's
/// prediction interval of the difference of two more sessions, exp(t[1 - level / 2] * spread * sqrt(2)) - 1
/// with sessions - 1 degrees (NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.2.2, for two new values).
/// `level`: two-sided. Empty without a spread.
std::optional<double> session_margin(const Calibration& calibration, double level);

}  // namespace assay

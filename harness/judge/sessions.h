// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "harness/core/calibration.h"
#include "harness/judge/comparison.h"
#include "harness/judge/paired.h"

/// The rule "session": the time of two sessions that were not measured side by side, on a host of which is
/// known what two sessions of it differ by. Pure.
namespace assay {

/// Cause of a verdict on time that lacks a calibration.
inline constexpr const char* cause_uncalibrated = "uncalibrated";

/// Beyond this, what sessions differ by shows nothing but a doubling: as good as no calibration.
inline constexpr double useless_margin = 1;

/// A verdict of rule "session", as judge_pair() leaves it (undecided), and what it is judged by.
struct SessionQuestion {
  Verdict* verdict = nullptr;
  const Calibration* calibration = nullptr;  ///< nullptr: none of this host class and case
  double smallest_effect = 0;
  bool same_machine_code = false;  ///< of all that the case executes
};

/// `slower` and `faster` need the whole interval of the ratio beyond session_margin(), at a level that all
/// calibrated questions share (Bonferroni), and the ratio beyond the smallest effect; `same` the interval,
/// widened by the margin, within the smallest effect. Where more than half of three cases or more move the
/// same way, it was the host: these are `undecided`, cause "host". What moves with unchanged machine code is
/// `undecided`, cause "layout".
void judge_sessions(std::span<const SessionQuestion> questions, const SuiteRule& rule);

}  // namespace assay

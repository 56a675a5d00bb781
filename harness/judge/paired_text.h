// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/judge/paired.h"
#include "harness/judge/sequential.h"

/// Inside the judge: verdicts, with causes and sentences, from what was found.
namespace assay {

/// Looks of the tail rule: over the pairs after those that made its threshold.
struct TailLooks {
  std::vector<Look> difference, same;
};

Verdict time_verdict(const PairedCase& measured, const Question& question, const Finding& finding);
Verdict tail_verdict(const PairedCase& measured, const Question& question, const Finding& finding);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/meanings.h"

namespace assay {

const std::vector<Meaning>& meanings() {
  static const std::vector<Meaning> all{
      {"verdict", "faster",
       "the new side is better: with 95 % confidence by more than the margin (1 %); in pairs of launches the "
       "interval, at the suite's error budget, excludes no change, and the estimate lies beyond the smallest "
       "effect of interest; an exact count by any change"},
      {"verdict", "same",
       "with 95 % confidence any difference is smaller than the margin (1 %), or in pairs of launches than "
       "the "
       "smallest effect of interest"},
      {"verdict", "slower",
       "the new side is worse: with 95 % confidence by more than the margin (1 %); in pairs of launches the "
       "interval, at the suite's error budget, excludes no change, and the estimate lies beyond the smallest "
       "effect of interest; an exact count by any change"},
      {"verdict", "undecided",
       "the launches do not say: the interval of the ratio reaches over the margin, or the two sides were "
       "not "
       "measured in one run; measure both in one run, with more launches"},
      {"verdict", "new", "only the new side has this case"},
      {"verdict", "missing", "only the base has this case, or the new side has no valid result for it"},
      {"verdict", "incomparable",
       "the two sides did not do the same: another definition, input, host class, device fidelity, "
       "instruction set, tool or threads (exact counts) or work per call"},
      {"cause", "isa", "the two sides took code paths for different instruction sets"},
      {"cause", "tool", "the two sides were counted by different tools, or versions of one"},
      {"cause", "threads", "one side used more threads than the other, though the case does not say so"},
      {"cause", "work", "a call of one side does more work than one of the other: compare throughput"},
      {"cause", "clock",
       "the cycles are the same, or fewer: the clock, or somebody else on the CPU, changed the time, not the "
       "code"},
      {"cause", "layout", "the machine code is the same: its place in memory changed the time, not the code"},
      {"cause", "environment",
       "a change in a history came with another kernel, driver, compiler or the like: it is not put on the "
       "code"},
      {"cause", "host",
       "a change in a history while one commit stood, or of most cases together between two sessions: the "
       "code "
       "cannot, or need not, have made it"},
      {"cause", "uncalibrated",
       "what two sessions of this host differ by is not known: 'assay calibrate' measures it"},
      {"regression", "open", "nobody has settled it, or what was said of it has run out"},
      {"regression", "acknowledged", "known, and meant or being dealt with; open again when that runs out"},
      {"regression", "ignored", "said to be none"},
      {"regression", "recovered", "the newest level is nearer to the one before it"},
      {"regression", "environment", "it lies with the environment or the host"},
      {"regression", "ended", "the case was defined anew since: what came later says nothing about it"},
      {"fitness", "pass", "the requirement is met, with the whole interval"},
      {"fitness", "fail", "the requirement is not met, with the whole interval"},
      {"fitness", "undecided",
       "the interval holds the requirement's limit, or there are too few launches for one"},
      {"fitness", "not_measured", "there is no valid result to hold the requirement to"},
      {"claim", "supported", "what was measured here agrees with the claim, with the whole interval"},
      {"claim", "refuted", "what was measured here contradicts the claim, with the whole interval"},
      {"claim", "undecided", "the interval holds the claim's limit"},
      {"status", "ok", "at least one launch was measured, and every result that was checked was right"},
      {"status", "invalid",
       "a result differs from the expected one, or a launch told false times: its timings are used nowhere"},
      {"status", "failed", "the worker crashed or broke the protocol in every launch"},
      {"status", "timeout", "the worker did not answer in time, and was ended"},
      {"status", "skipped", "not tried: the budget was spent, or the run was interrupted"},
      {"status", "unavailable", "this implementation, device or input is not here, or the case does not fit"},
      {"state", "ok", "counted for the whole region"},
      {"state", "scaled",
       "counted for a part of the region, because counters took turns, and scaled up by that part; its "
       "coverage says which part"},
      {"state", "not_counted", "asked for, and without a value all the same: the reason says why"},
      {"state", "denied", "the operating system refused: the reason says which setting allows it"},
      {"state", "unsupported", "this machine, kernel or build does not have it"}};
  return all;
}

}  // namespace assay

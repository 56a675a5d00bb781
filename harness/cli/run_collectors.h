// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/cli/settings.h"
#include "harness/core/error.h"
#include "harness/judge/result.h"
#include "harness/run/execute.h"
#include "harness/stats/metric_group.h"

namespace assay::cli {

/// Opens the collectors around the launch that the run asks for; every other one must be one that a worker
/// of the plan has and can use (a case whose own worker lacks it is measured without, and says so). Does
/// nothing for an empty plan. "group:NAME" opens a metric group; what its events lack here, its readings say.
/// An event that is named ("perf_event:cycles") is tried here first, where our own worker would count it: one
/// that no device of the plan gives is an error, not a run without it.
/// `wished`: more collectors, which are added to the run's where they can be had, and left out without a word
/// where not. \throws Error{unavailable} with the names that are known, or why the event is not to be had.
void choose_collectors(run::Execution& execution, const Settings& settings,
                       const std::vector<std::string>& wished = {});

/// Groups of which no good case has a value, though there are good cases: what is missing, why, and what to
/// do about it, each as an error of the code `unavailable`. Pure, but for the remedies: those of the
/// collectors that this program has.
std::vector<Error> groups_without_values(const std::vector<stats::MetricGroup>& groups,
                                         const std::vector<ResultRow>& rows);

}  // namespace assay::cli

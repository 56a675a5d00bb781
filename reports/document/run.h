// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/core/run.h"
#include "harness/judge/result.h"
#include "reports/document/document.h"

namespace assay::reports {

/// Steady times of single calls (or batches, a call's share) of one launch, ns.
struct LaunchTimes {
  std::string name;  ///< "launch 3", "base", "new"
  std::vector<double> call_ns;
};
struct CaseTimes {
  std::string case_key;
  std::vector<LaunchTimes> launches;
};

/// What a report of a run is made of beside its rows.
struct RunFacts {
  Run run;
  /// Launches that others disturbed, by case and side of a paired trial.
  std::map<std::pair<std::string, std::string>, std::size_t> contended;
  std::vector<std::string> sentences;  ///< of the whole run: limits, noise, what it can see
  std::vector<Caveat> caveats;         ///< raised by whoever looked at the launches
  std::vector<CaseTimes> times;        ///< of the cases that worst_cases() names
};

/// The cases whose launches differ most, worst first: whose distributions are worth a picture.
std::vector<const ResultRow*> worst_cases(const std::vector<ResultRow>& rows, std::size_t most);

/// Of many launches the fastest, the middle and the slowest, named so.
std::vector<LaunchTimes> telling_launches(std::vector<LaunchTimes> launches);

/// The empirical distribution of such times, thinned to what a picture shows.
chart::EcdfChart times_chart(const std::string& title, const std::vector<LaunchTimes>& launches);

/// A run for people who were not there. Rows in the plan's order, all of them.
Document run_document(const RunFacts& facts, const std::vector<ResultRow>& rows);

/// What a reader must know of cases, whatever the report: no valid result, not verified, no hardware, and the
/// rows' own notes; one caveat for cases of the same reason.
std::vector<Caveat> caveats_of(const std::vector<ResultRow>& rows);

}  // namespace assay::reports

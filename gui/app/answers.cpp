// SPDX-License-Identifier: Apache-2.0
#include "gui/app/answers.h"

#include "gui/app/stored.h"

#include <algorithm>

#include "harness/answers/compare.h"
#include "harness/answers/results.h"
#include "harness/core/error.h"
#include "harness/store/history.h"
#include "harness/store/store.h"

namespace assay::gui {

namespace {

std::vector<LaunchTimes> times_of(const FoundRun& found, const std::string& case_key, std::int64_t& batch) {
  const Run run = found.store.load_run(found.id);
  const PlannedCase* const one = planned(run, case_key);
  std::vector<LaunchTimes> all;
  if (one == nullptr) return all;
  for (const Launch& launch : found.store.load_case(found.id, one->ordinal)) {
    if (launch.lane != "timing" || launch.status != Status::ok || launch.verified == std::optional(false))
      continue;
    batch = std::max(batch, launch.samples.batch);
    all.push_back({launch.index, call_times_ns(launch.samples, launch.samples.warmup)});
  }
  return all;
}

}  // namespace

Problem problem_of(const std::exception& error, const std::string& where) {
  const auto* const known = dynamic_cast<const Error*>(&error);
  return {where, error.what(),
          known != nullptr ? known->remedy : "please report it with the output of 'assay doctor'"};
}

Distribution answer_distribution(const std::vector<std::string>& databases, const std::string& case_key,
                                 const std::string& base, const std::string& candidate) {
  Distribution answer;
  answer.case_key = case_key;
  answer.base_id = base;
  answer.candidate_id = candidate;
  try {
    if (!base.empty()) answer.base = times_of(find_run(databases, base), case_key, answer.batch);
    if (!candidate.empty())
      answer.candidate = times_of(find_run(databases, candidate), case_key, answer.batch);
    if (answer.base.empty() && answer.candidate.empty()) {
      answer.problem = Problem{"", "Neither run has valid samples of this case.",
                               "Choose other runs in Compare (Ctrl+2)."};
    }
  } catch (const std::exception& error) {
    answer.problem = problem_of(error, "");
  }
  return answer;
}

}  // namespace assay::gui

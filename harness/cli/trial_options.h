// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "harness/cli/arguments.h"
#include "harness/cli/measure.h"
#include "harness/judge/policy.h"

namespace assay::cli {

/// Declares what `ab`, `bisect` and `gate` take alike: which cases of which program, and how launches are
/// made. `name`: what --name says of itself.
void add_trial_options(const Arguments& arguments, RunOptions& measure, const std::string& name);

/// What decides where there is no policy: `ab` and `bisect`.
struct RuleOptions {
  std::string effect = "0.75%";  ///< may be empty: the policy's default
  std::int64_t most_pairs = 60;
  bool tail = false;
  bool no_rerun = false;
};
/// `effect`: what --effect says of itself.
void add_rule_options(const Arguments& arguments, RuleOptions& rule, RunOptions& measure,
                      const std::string& effect);

/// That, as a policy under which `undecided` is told and changes nothing. \throws Error{usage}.
Policy policy_of(const RuleOptions& rule);

}  // namespace assay::cli

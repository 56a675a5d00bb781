// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/cli/command.h"
#include "harness/judge/policy.h"
#include "harness/judge/result.h"
#include "harness/judge/settled.h"

namespace assay::cli {

/// The commits of a gate's two sides, as full hashes, with "-dirty" or not; empty: not known.
struct GateCommits {
  std::string base, candidate;
};

/// Regressions of the history (the database, or `from`) of this host class that were settled and lie between
/// the two sides, for the cases of `rows`, the new side. Names of people are pseudonyms, but with --identify:
/// a gate's answer is published. What keeps a decision from being used is told on the terminal.
std::vector<Settled> settled_between(const GateCommits& commits, const std::vector<std::string>& from,
                                     const std::vector<ResultRow>& rows, const Policy& policy,
                                     const Context& context);

}  // namespace assay::cli

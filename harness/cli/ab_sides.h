// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/cli/measure.h"
#include "harness/judge/comparison.h"
#include "harness/run/execute.h"
#include "harness/trials/ab.h"

namespace assay::cli {

/// What stands on one side of a paired trial: the words of a command.
struct SideCommand {
  std::vector<std::string> words;
  std::string folder = {};    ///< in which it is started; empty: where `assay` is
  std::string revision = {};  ///< of which it was built; may be empty
};

/// `-- A -- B` behind `assay ab`, split. \throws Error{usage} on anything else than `sides` commands.
std::vector<SideCommand> split_sides(const std::vector<std::string>& words, std::size_t sides);

/// Both sides planned: the run to measure, which case of the one is which of the other, and those that one
/// side alone has.
struct AbPlan {
  run::Execution execution;
  std::vector<trials::Sides> sides;
  std::vector<Pair> alone;  ///< `new`, `missing`, or refused, with the reason
  SideCommand base, candidate;
  std::function<void(trials::Side, int pair)> before_launch = {};  ///< may be empty
};

/// Starts both workers and plans what `options` select of both. Their names in the run are "base" and "new".
/// \throws Error{usage} where they have no case in common, and what starting and planning throw.
AbPlan plan_sides(const RunOptions& options, const SideCommand& base, const SideCommand& candidate,
                  Context& context);

}  // namespace assay::cli

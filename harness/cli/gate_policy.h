// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/cli/command.h"
#include "harness/judge/policy.h"

namespace assay::cli {

inline constexpr const char* policy_name = "assay-gate.toml";

/// The policy of a gate: the file `path`; if empty, assay-gate.toml where that is here, else the defaults.
/// What it would judge exactly is known before anything is measured. \throws Error{bad_input} as
/// parse_policy, and for a metric that no collector counts, that explains only, or that needs a second
/// collector.
Policy read_policy(const std::string& path, const Context& context);

}  // namespace assay::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/stats/metric_group.h"

/// Metric groups as data: <folder>/<uarch>/<GROUP>.toml (collectors/groups/README.md). A group that a
/// microarchitecture has none of its own for is taken from `generic`; of several folders the first that has
/// it counts, so that a user's folder adds to ours or replaces what it names.
namespace assay::groups {

inline constexpr const char* generic = "generic";

/// One file, checked: keys, units, formulas. \throws Error{bad_input} with file and line.
stats::MetricGroup load_group(const std::string& path);

/// Names of the groups for a microarchitecture, sorted.
std::vector<std::string> group_names(const std::vector<std::string>& folders, const std::string& uarch);

/// \throws Error{usage} naming the groups that there are, when this one is not; as load_group.
stats::MetricGroup find_group(const std::vector<std::string>& folders, const std::string& uarch,
                              const std::string& name);

/// All groups for a microarchitecture, by name. \throws Error{bad_input} as load_group, and where two groups
/// give one metric: a meaning is stated once.
std::vector<stats::MetricGroup> load_groups(const std::vector<std::string>& folders,
                                            const std::string& uarch);

}  // namespace assay::groups

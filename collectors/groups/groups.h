// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/core/error.h"
#include "harness/stats/metric_group.h"

/// Metric groups as data: <folder>/<uarch>/<GROUP>.toml (collectors/groups/README.md). A group that a
/// microarchitecture has none of its own for is taken from `generic`; of several folders the first that has
/// it counts, so that a user's folder adds to ours or replaces what it names.
namespace assay::groups {

inline constexpr const char* generic = "generic";

/// Ids of others: beside Assay's own (is_own_metric) what collectors give values to. A group's metric has
/// none of them, or one name would have two meanings.
struct Taken {
  std::set<std::string> ids;      ///< of readings: "rusage.user_time"
  std::set<std::string> sources;  ///< all ids of these: "callgrind", whose lane is another
};

/// One file, checked: keys, units, formulas, ids. \throws Error{bad_input} with file and line.
stats::MetricGroup load_group(const std::string& path, const Taken& taken = {});

/// The groups for a microarchitecture. A file that is none costs the others nothing.
struct Groups {
  std::vector<stats::MetricGroup> groups;  ///< by name
  std::map<std::string, Error> faults;     ///< by name: what load_group throws; also where a metric is stated
                                           ///< in two groups, or an event's name means two events
  std::vector<std::string> notes;          ///< files that lie where no group is looked for
};
/// Where two groups contradict each other the one of the later folder is right, then the one that comes first
/// by name: what a user adds does not take ours away.
Groups load_groups(const std::vector<std::string>& folders, const std::string& uarch,
                   const Taken& taken = {});

/// Names of the groups, sorted, faulty ones among them.
std::vector<std::string> group_names(const Groups& groups);

/// Takes one out of them. \throws Error{usage} naming the groups that there are, when this one is not; its
/// fault, when it has one.
stats::MetricGroup take_group(Groups& groups, const std::string& name);

}  // namespace assay::groups

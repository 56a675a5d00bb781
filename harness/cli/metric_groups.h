// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "collectors/groups/uarch.h"
#include "harness/cli/command.h"
#include "harness/core/host.h"
#include "harness/core/reading.h"
#include "harness/stats/metric_group.h"

namespace assay::cli {

/// Where metric groups are looked for, the user's first: `groups.folders`, the XDG data folder, ours.
std::vector<std::string> group_folders(const Settings& settings);

/// The groups that "group:CPI" and "group:CPI,MEM" among `collectors` name, each once, for this machine.
/// \throws Error{usage} with the names of those there are; Error{unavailable} for one that only others have;
/// Error{bad_input} for one whose file is none.
std::vector<stats::MetricGroup> chosen_groups(const std::vector<std::string>& collectors,
                                              const Settings& settings);

/// All groups for this machine. What is wrong with others, and with their folders, goes to the terminal as
/// notes.
std::vector<stats::MetricGroup> groups_here(const Context& context);

/// The groups of all microarchitectures that have a folder, this machine's too; those that are faulty are
/// left out.
std::vector<stats::MetricGroup> groups_everywhere(const Settings& settings);

/// Groups that other microarchitectures have and this machine does not, each with the reason.
std::map<std::string, std::string> groups_elsewhere(const Settings& settings);

/// Counts the collector's events for some milliseconds in this process: what can be had here, and why not, of
/// a case on this device. None of a collector that this program lacks.
std::vector<Reading> try_events(const std::string& collector, const std::vector<std::string>& requests,
                                const Device& device = {});

/// The same for all events of a group, one reading each, in their order.
std::vector<Reading> try_group(const stats::MetricGroup& group);

/// Of a group's events as tried: "yes", "in part: ..." or "no: ...", with the first event that is missing.
std::string usable(const stats::MetricGroup& group, const std::vector<Reading>& tried);

/// The same for one metric of it.
std::string usable(const stats::MetricGroup& group, const stats::DerivedMetric& metric,
                   const std::vector<Reading>& tried);

}  // namespace assay::cli

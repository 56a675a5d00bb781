// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/metric_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>

#include "collectors/groups/groups.h"
#include "harness/cli/command.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/folders.h"
#include "harness/core/metric.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

/// Long enough for counters that take turns to have theirs.
void spin() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  while (std::chrono::steady_clock::now() < end) {
  }
}

/// The first of the events without a value, or nullptr.
const Reading* first_missing(const stats::MetricGroup& group, const stats::DerivedMetric& metric,
                             const std::vector<Reading>& tried) {
  for (const auto& name : metric.formula.names()) {
    for (std::size_t i = 0; i < group.events.size(); ++i) {
      if (group.events[i].name == name && !tried[i].value) return &tried[i];
    }
  }
  return nullptr;
}

std::string why(const Reading& missing) {
  return missing.metric + " " + to_string(missing.state) + ": " + missing.reason;
}

/// Folders that were named, and are not there.
std::vector<std::string> absent_folders(const Settings& settings) {
  std::vector<std::string> texts;
  for (const auto& folder : split_filled(settings.text("groups.folders"), ':')) {
    std::error_code ignored;
    if (std::filesystem::is_directory(folder, ignored)) continue;
    texts.push_back(fmt::format("{} (from {}) is no folder of metric groups: it is not there",
                                printable(folder, 200), settings.get("groups.folders").origin));
  }
  return texts;
}

/// What collectors give values to. All ids of one around the launch are its: their lane is another.
groups::Taken taken_ids() {
  groups::Taken taken;
  for (const auto& row : program_components().collectors) {
    for (const auto& metric : row.make()->metrics()) taken.ids.insert(metric.id);
  }
  for (const auto& row : program_components().around_collectors) {
    for (const auto& metric : row.make()->metrics()) taken.sources.insert(source_of(metric.id));
  }
  for (const auto& row : program_components().absent) {
    if (row.kind == "around_collector") taken.sources.emplace(row.name);
  }
  return taken;
}

}  // namespace

std::vector<std::string> group_folders(const Settings& settings) {
  std::vector<std::string> folders = split_filled(settings.text("groups.folders"), ':');
  if (const UserFolder own = user_folder(UserFiles::data); !own.path.empty())
    folders.push_back(own.path + "/groups");
  folders.push_back(share_directory() + "/groups");
  return folders;
}

std::vector<stats::MetricGroup> chosen_groups(const std::vector<std::string>& collectors,
                                              const Settings& settings) {
  constexpr std::string_view prefix = "group:";
  std::vector<stats::MetricGroup> chosen;
  std::set<std::string> taken;
  const auto folders = group_folders(settings);
  for (const auto& asked : collectors) {
    if (asked != "group" && !asked.starts_with(prefix)) continue;
    const groups::Uarch uarch = groups::detect_uarch(folders);
    if (!uarch.faults.empty()) throw Error(ErrorCode::bad_input, uarch.faults.front());
    groups::Groups all = groups::load_groups(folders, uarch.name, taken_ids());
    const auto names = split_filled(asked.substr(std::min(asked.size(), prefix.size())), ',');
    if (names.empty()) {
      throw Error(
          ErrorCode::usage, fmt::format("'{}' names no metric group", asked),
          fmt::format("write group:NAME; here there are: {}", fmt::join(groups::group_names(all), ", ")));
    }
    for (const auto& name : names) {
      const std::string plain = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
      if (!taken.insert(plain).second) continue;
      try {
        chosen.push_back(groups::take_group(all, plain));
      } catch (const Error& error) {  // a folder that is not there may have it
        if (const auto others = groups_elsewhere(settings); others.count(plain) != 0)
          throw Error(ErrorCode::unavailable,
                      fmt::format("metric group '{}' is not here: {}", plain, others.at(plain)),
                      fmt::format("here there are: {}", fmt::join(groups::group_names(all), ", ")));
        const auto gone = absent_folders(settings);
        throw Error(error.code, error.what(),
                    fmt::format("{}{}{}", fmt::join(gone, "; "), gone.empty() ? "" : "; ", error.remedy));
      }
    }
  }
  return chosen;
}

std::vector<stats::MetricGroup> groups_here(const Context& context) {
  const auto folders = group_folders(context.settings);
  const groups::Uarch uarch = groups::detect_uarch(folders);
  groups::Groups all = groups::load_groups(folders, uarch.name, taken_ids());
  for (const auto& text : absent_folders(context.settings)) context.terminal.note(text);
  for (const auto& text : all.notes) context.terminal.note(text);
  for (const auto& text : uarch.faults) context.terminal.note(text);
  for (const auto& [name, fault] : all.faults)
    context.terminal.note(fmt::format("no group: {}\n  {}", fault.what(), fault.remedy));
  return std::move(all.groups);
}

std::vector<stats::MetricGroup> groups_everywhere(const Settings& settings) {
  const auto folders = group_folders(settings);
  std::set<std::string> names;
  for (const auto& folder : folders) {
    std::error_code unreadable;  // absent_folders tells of those
    for (const auto& entry : std::filesystem::directory_iterator(folder, unreadable)) {
      if (entry.is_directory()) names.insert(entry.path().filename().string());
    }
  }
  std::vector<stats::MetricGroup> all;
  for (const auto& name : names) {
    for (auto& group : groups::load_groups(folders, name, taken_ids()).groups) {
      if (group.uarch == name) all.push_back(std::move(group));  // not the generic ones that stand in for it
    }
  }
  return all;
}

std::map<std::string, std::string> groups_elsewhere(const Settings& settings) {
  const auto folders = group_folders(settings);
  const groups::Uarch uarch = groups::detect_uarch(folders);
  const auto own = groups::group_names(groups::load_groups(folders, uarch.name, taken_ids()));
  std::map<std::string, std::string> reasons = uarch.lacks;
  std::map<std::string, std::vector<std::string>> owners;
  for (const auto& group : groups_everywhere(settings)) owners[group.name].push_back(group.uarch);
  for (const auto& [name, uarchs] : owners)
    reasons.emplace(name, fmt::format("a group of {}; this machine is {} ({})", fmt::join(uarchs, ", "),
                                      uarch.name, uarch.reason));
  for (const auto& name : own) reasons.erase(name);
  return reasons;
}

std::vector<Reading> try_events(const std::string& collector, const std::vector<std::string>& requests,
                                const Device& device) {
  for (const auto& row : program_components().collectors) {
    if (row.name != collector) continue;
    const auto made = row.make();
    const Probe probe = made->probe();
    std::vector<Reading> readings;
    if (probe.available) {
      made->observe(device);
      made->open(requests);
      made->start();
      spin();
      made->stop();
      return made->read();
    }
    const std::string reason = probe.reason + (probe.remedy.empty() ? "" : "; " + probe.remedy);
    for (const auto& request : requests)
      readings.push_back({request, std::nullopt, "", ReadingState::unsupported, 0, reason});
    return readings;
  }
  return {};
}

std::vector<Reading> try_group(const stats::MetricGroup& group) {
  std::vector<Reading> tried;
  for (const auto& event : group.events) {
    tried.push_back({event.metric, std::nullopt, event.unit, ReadingState::unsupported, 0,
                     "this program has no collector " + event.collector});
  }
  std::set<std::string> done;
  for (const auto& first : group.events) {
    if (!done.insert(first.collector).second) continue;
    std::vector<std::string> requests;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < group.events.size(); ++i) {
      if (group.events[i].collector != first.collector) continue;
      requests.push_back(group.events[i].request);
      places.push_back(i);
    }
    const auto readings = try_events(first.collector, requests);
    for (std::size_t i = 0; i < std::min(readings.size(), places.size()); ++i) {
      tried[places[i]] = readings[i];
      tried[places[i]].metric = group.events[places[i]].metric;
    }
  }
  return tried;
}

std::string usable(const stats::MetricGroup& group, const std::vector<Reading>& tried) {
  const Reading* missing = nullptr;
  std::size_t good = 0;
  for (const auto& metric : group.metrics) {
    const Reading* first = first_missing(group, metric, tried);
    good += first == nullptr ? 1 : 0;
    if (missing == nullptr) missing = first;
  }
  if (missing == nullptr) return "yes";
  if (good == 0) return "no: " + why(*missing);
  return fmt::format("{} of {} metrics; {}", good, group.metrics.size(), why(*missing));
}

std::string usable(const stats::MetricGroup& group, const stats::DerivedMetric& metric,
                   const std::vector<Reading>& tried) {
  const Reading* missing = first_missing(group, metric, tried);
  return missing == nullptr ? "yes" : "no: " + why(*missing);
}

}  // namespace assay::cli

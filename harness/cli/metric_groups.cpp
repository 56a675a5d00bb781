// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/metric_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "collectors/groups/groups.h"
#include "harness/cli/command.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/folders.h"

namespace assay::cli {

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(separator, begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

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

}  // namespace

std::vector<std::string> group_folders(const Settings& settings) {
  std::vector<std::string> folders = split(settings.text("groups.folders"), ':');
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
    const auto names = split(asked.substr(std::min(asked.size(), prefix.size())), ',');
    if (names.empty()) {
      throw Error(ErrorCode::usage, fmt::format("'{}' names no metric group", asked),
                  fmt::format("write group:NAME; here there are: {}",
                              fmt::join(groups::group_names(folders, uarch.name), ", ")));
    }
    for (const auto& name : names) {
      const std::string plain = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
      if (taken.insert(plain).second) chosen.push_back(groups::find_group(folders, uarch.name, plain));
    }
  }
  return chosen;
}

std::vector<stats::MetricGroup> groups_here(const Settings& settings) {
  const auto folders = group_folders(settings);
  return groups::load_groups(folders, groups::detect_uarch(folders).name);
}

std::vector<Reading> try_events(const std::string& collector, const std::vector<std::string>& requests) {
  for (const auto& row : program_components().collectors) {
    if (row.name != collector) continue;
    const auto made = row.make();
    const Probe probe = made->probe();
    std::vector<Reading> readings;
    if (probe.available) {
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

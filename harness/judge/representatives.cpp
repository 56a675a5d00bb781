// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/representatives.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/stats/quantile.h"

namespace assay {

namespace {

using Rows = std::vector<std::vector<const ResultRow*>>;  // by host

double median_ns(const ResultRow& row) { return stats::median(row.launch_medians_ns); }

/// "" where it may stand, else why not.
std::string refused(const ResultRow& row, Represent rule) {
  if (row.status != Status::ok) return to_string(row.status) + (row.reason.empty() ? "" : ": " + row.reason);
  if (row.device_fidelity != "hardware")
    return "its device is of fidelity " + row.device_fidelity + ", which never stands on time";
  if (row.launch_medians_ns.empty()) return "no launch was timed";
  if (rule == Represent::best_verified && row.verified != true)
    return "its result was not verified; --represent same-implementation takes it";
  return {};
}

/// "simd" on "cuda:1" is "simd@cuda": numbers of devices differ between hosts.
std::string implementation_of(const ResultRow& row) {
  return row.value.implementation + "@" + row.value.device.substr(0, row.value.device.find(':'));
}

const ResultRow* fastest(const std::vector<const ResultRow*>& rows) {
  const auto found = std::min_element(
      rows.begin(), rows.end(), [](const auto* a, const auto* b) { return median_ns(*a) < median_ns(*b); });
  return found == rows.end() ? nullptr : *found;
}

/// The implementation that stands for all.
std::string common_implementation(const Rows& rows) {
  std::map<std::string, std::size_t> hosts;
  for (const auto& own : rows) {
    std::set<std::string> seen;
    for (const ResultRow* row : own) seen.insert(implementation_of(*row));
    for (const std::string& name : seen) ++hosts[name];
  }
  std::size_t most = 0;
  for (const auto& [name, count] : hosts) most = std::max(most, count);
  for (const auto& own : rows) {  // the fastest of these on the first host that has any
    std::vector<const ResultRow*> widespread;
    for (const ResultRow* row : own) {
      if (hosts[implementation_of(*row)] == most) widespread.push_back(row);
    }
    if (const ResultRow* row = fastest(widespread)) return implementation_of(*row);
  }
  return {};
}

void choose(Task& task, const Rows& rows, Represent rule, const std::vector<Selector>& named) {
  const std::string common = rule == Represent::same_implementation ? common_implementation(rows) : "";
  for (std::size_t host = 0; host < rows.size(); ++host) {
    const auto& own = rows[host];
    Representative& standing = task.hosts[host];
    if (own.empty()) continue;  // the reason stands already
    if (rule == Represent::best_verified) standing.row = fastest(own);
    if (rule == Represent::same_implementation) {
      const auto found = std::find_if(own.begin(), own.end(),
                                      [&](const auto* row) { return implementation_of(*row) == common; });
      if (found != own.end()) standing.row = *found;
      standing.reason = "it has no result of " + common;
    }
    if (rule == Represent::named) {
      for (const Selector& selector : named) {
        const auto found = std::find_if(own.begin(), own.end(), [&](const auto* row) {
          return matches(selector, row->value, known_params(*row));
        });
        if (standing.row == nullptr && found != own.end()) standing.row = *found;
      }
      standing.reason = "none of the named implementations has a result there";
    }
    if (standing.row != nullptr) standing.reason.clear();
  }
}

}  // namespace

std::string task_name(const Case& value) {
  std::string text = percent_encode(value.workload);
  char separator = '?';
  for (const auto& [key, parameter] : value.params) {
    text += separator + percent_encode(key) + "=" + percent_encode(to_string(parameter));
    separator = '&';
  }
  return text;
}

Params known_params(const ResultRow& row) {
  Params params = row.params;
  params.try_emplace("threads", std::string("all"));
  return params;
}

std::string to_string(Represent rule) {
  switch (rule) {
    case Represent::best_verified:
      return "best verified";
    case Represent::same_implementation:
      return "same implementation";
    case Represent::named:
      return "named";
  }
  return "best verified";
}

Represent parse_represent(const std::string& text) {
  std::vector<std::string> known;
  for (const Represent rule : {Represent::best_verified, Represent::same_implementation, Represent::named}) {
    std::string name = to_string(rule);
    std::replace(name.begin(), name.end(), ' ', '-');
    if (name == text || to_string(rule) == text) return rule;
    known.push_back(name);
  }
  throw Error(ErrorCode::usage, "'" + text + "' is no rule for what stands for a host", suggest(text, known));
}

std::vector<Task> represent(const std::vector<HardwareHost>& hosts, Represent rule,
                            const std::vector<Selector>& named, const Selector* select) {
  struct Found {
    Task task;
    Rows rows;
  };
  struct Refused {
    std::string name;
    std::size_t host;
    const ResultRow* row;
    std::string reason;
  };
  std::map<std::pair<std::string, std::string>, Found> found;  // by name and accuracy class
  const auto task_of = [&](const std::string& name, const ResultRow& row) -> Found& {
    Found& one = found[{name, row.accuracy}];
    if (one.rows.empty()) {
      Case value = row.value;
      value.implementation.clear();
      value.device.clear();
      one.task = {name, row.accuracy, value, known_params(row), {}};
      one.task.hosts.assign(hosts.size(), {nullptr, "it was not measured there"});
      one.rows.resize(hosts.size());
    }
    return one;
  };
  std::vector<Refused> left_out;
  for (std::size_t host = 0; host < hosts.size(); ++host) {
    for (const ResultRow& row : hosts[host].rows) {
      if (select != nullptr && !matches(*select, row.value, known_params(row))) continue;
      const std::string name = task_name(row.value);
      std::string why = refused(row, rule);
      if (why.empty()) {
        task_of(name, row).rows[host].push_back(&row);
      } else {
        left_out.push_back({name, host, &row, row.case_key + ": " + std::move(why)});
      }
    }
  }
  for (const Refused& one : left_out) {  // what never ran tells no accuracy class: it is of any
    bool placed = false;
    for (auto& [key, into] : found) {
      if (key.first != one.name || !(one.row->accuracy.empty() || one.row->accuracy == key.second)) continue;
      into.task.hosts[one.host].reason = one.reason;
      placed = true;
    }
    if (!placed) task_of(one.name, *one.row).task.hosts[one.host].reason = one.reason;
  }
  std::map<std::string, std::size_t> classes;
  for (const auto& [key, one] : found) ++classes[key.first];
  std::vector<Task> tasks;
  for (auto& [key, one] : found) {
    choose(one.task, one.rows, rule, named);
    if (classes[key.first] > 1) one.task.name += " (" + key.second + ")";
    tasks.push_back(std::move(one.task));
  }
  return tasks;
}

}  // namespace assay

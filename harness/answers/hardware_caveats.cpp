// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/hardware_caveats.h"

#include <fmt/format.h>

#include <functional>

namespace assay::answers_detail {

namespace {

constexpr int old_days = 90;

class Caveats {
 public:
  Caveats(const HardwareAnswer& answer, const std::vector<HardwareHost>& hosts,
          const HardwareQuestion& question)
      : answer_(answer), hosts_(hosts), question_(question) {}

  std::vector<HardwareCaveat> all() {
    launches();
    results();
    represented();
    environment();
    prices();
    ranking();
    return std::move(found_);
  }

 private:
  void add(const char* code, std::string text) { found_.push_back({code, std::move(text)}); }

  /// "cloud-a, cloud-b": machines of which it holds.
  std::string machines(const std::function<bool(std::size_t)>& holds) const {
    std::string text;
    for (std::size_t m = 0; m < answer_.machines.size(); ++m) {
      if (holds(m)) text += (text.empty() ? "" : ", ") + answer_.machines[m].name;
    }
    return text;
  }
  void add_where(const char* code, const std::function<bool(std::size_t)>& holds, const std::string& text) {
    if (const std::string names = machines(holds); !names.empty()) add(code, names + ": " + text);
  }

  /// Rows that stand for a machine.
  void each_row(const std::function<void(std::size_t, const ResultRow&)>& take) const {
    for (const Task& task : answer_.tasks) {
      for (std::size_t m = 0; m < task.hosts.size(); ++m) {
        if (task.hosts[m].row != nullptr) take(m, *task.hosts[m].row);
      }
    }
  }
  std::vector<std::size_t> count(const std::function<bool(const ResultRow&)>& holds) const {
    std::vector<std::size_t> counts(answer_.machines.size());
    each_row([&](std::size_t m, const ResultRow& row) { counts[m] += holds(row) ? 1 : 0; });
    return counts;
  }
  /// "cloud-a 3 of its 12 tasks, ..."
  void add_counts(const char* code, const std::vector<std::size_t>& counts, const std::string& text) {
    std::string names;
    for (std::size_t m = 0; m < counts.size(); ++m) {
      if (counts[m] > 0)
        names += (names.empty() ? "" : ", ") + fmt::format("{} ({})", answer_.machines[m].name, counts[m]);
    }
    if (!names.empty()) add(code, text + ": " + names);
  }

  void launches() {
    std::string contended;
    for (const Machine& machine : answer_.machines) {
      if (machine.contended > 0)
        contended += (contended.empty() ? "" : ", ") +
                     fmt::format("{} ({} of {})", machine.name, machine.contended, machine.launches);
    }
    if (!contended.empty())
      add("contended_launches", "launches shared the host with others, and stay in: " + contended);
    add_counts("few_launches",
               count([](const ResultRow& row) { return row.launches < least_launches_of_a_verdict; }),
               fmt::format("tasks with fewer than {} launches decide nothing with 95 % confidence",
                           least_launches_of_a_verdict));
    add_counts("lost_launches", count([](const ResultRow& row) { return row.lost_launches > 0; }),
               "tasks of which launches were lost");
  }

  void results() {
    std::vector<std::size_t> invalid(hosts_.size()), soft(hosts_.size());
    for (std::size_t m = 0; m < hosts_.size(); ++m) {
      for (const ResultRow& row : hosts_[m].rows) {
        invalid[m] += row.status == Status::invalid ? 1 : 0;
        soft[m] += row.status == Status::ok && row.device_fidelity != "hardware" ? 1 : 0;
      }
    }
    add_counts("invalid_results", invalid,
               "cases whose results were wrong or whose times were false, left out");
    add_counts("left_out_devices", soft,
               "cases of software and functional devices, which never stand on time, left out");
  }

  void represented() {
    add_counts("unverified", count([](const ResultRow& row) { return row.verified != true; }),
               "tasks whose results nobody verified");
    add_counts("implausible", count([](const ResultRow& row) {
                 for (const CaseNote& note : row.notes) {
                   if (note.code == "implausible_rate" || note.code == "implausible_roof") return true;
                 }
                 return false;
               }),
               "tasks with rates that no such machine has");
    std::size_t inputs = 0, threads = 0;
    std::string input_task, thread_task, thread_counts;
    for (const Task& task : answer_.tasks) {
      const ResultRow* first = nullptr;
      bool other_input = false, other_threads = false;
      std::string counts;
      for (const Representative& standing : task.hosts) {
        const ResultRow* row = standing.row;
        if (row == nullptr) continue;
        if (first == nullptr) first = row;
        other_input = other_input || row->input_digest != first->input_digest;
        other_threads = other_threads || row->threads != first->threads;
        counts += (counts.empty() ? "" : " and ") + std::to_string(row->threads);
      }
      if (other_input && ++inputs == 1) input_task = task.name;
      if (other_threads && ++threads == 1) thread_task = task.name, thread_counts = counts;
    }
    if (inputs > 0)
      add("other_input", fmt::format("{} tasks were measured on different input, and are not compared: {}{}",
                                     inputs, input_task, inputs > 1 ? ", ..." : ""));
    if (threads > 0)
      add("other_threads", fmt::format("{} tasks ran with as many threads as each host has: {} with {}{}",
                                       threads, thread_task, thread_counts, threads > 1 ? ", ..." : ""));
    std::map<std::string, std::set<std::string>> versions;  // subject -> versions
    each_row([&](std::size_t, const ResultRow& row) {
      versions[row.subject.name].insert(row.subject.version +
                                        (row.subject.revision.empty() ? "" : " " + row.subject.revision));
    });
    for (const auto& [name, all] : versions) {
      if (all.size() > 1)
        add("other_versions",
            fmt::format("hosts ran different versions of {}: {}", name, fmt::join(all, " and ")));
    }
  }

  bool has_fact(std::size_t machine, const char* key,
                const std::function<bool(const std::string&)>& holds) const {
    const auto& facts = answer_.machines[machine].facts;
    const auto found = facts.find(key);
    return found != facts.end() && holds(found->second);
  }

  void environment() {
    if (answer_.differences.contains("compiler"))
      add("other_compiler", "the compilers differ between the hosts: see the environment");
    add_where(
        "virtual_machine",
        [&](std::size_t m) {
          return has_fact(m, "virtualized", [](const std::string& value) { return value == "yes"; });
        },
        "a virtual machine: neighbours and the hypervisor add noise, and another one of its kind may be "
        "faster or slower");
    add_where(
        "governor",
        [&](std::size_t m) {
          return has_fact(m, "cpu.governor", [](const std::string& value) { return value != "performance"; });
        },
        "the clock follows the load (its governor is not 'performance')");
  }

  void prices() {
    if (question_.prices.all.empty()) return;
    std::string old;
    for (const Machine& machine : answer_.machines) {
      const Price* price = price_of(question_.prices, machine.names);
      if (price == nullptr) continue;
      const int days = days_between(price->date, question_.today);
      if (days > old_days) old += (old.empty() ? "" : ", ") + fmt::format("{} ({} days)", machine.name, days);
    }
    if (!old.empty()) add("old_price", fmt::format("prices older than {} days: {}", old_days, old));
    add_where(
        "no_price",
        [&](std::size_t m) { return price_of(question_.prices, answer_.machines[m].names) == nullptr; },
        "no price is known");
  }

  void ranking() {
    if (!answer_.left_out.empty())
      add("tasks_left_out",
          fmt::format("{} tasks or groups do not count in the ranking: {} ({}){}", answer_.left_out.size(),
                      answer_.left_out.front().task, answer_.left_out.front().reason,
                      answer_.left_out.size() > 1 ? ", ..." : ""));
    if (answer_.ranking && answer_.ranking->other_winner) {
      const bool total = answer_.ranking->summary == Summary::total_time;
      add("summaries_disagree",
          fmt::format("by {} the first is {}: which of the two counts is a matter of how the tasks are used",
                      total ? "the geometric mean of ratios" : "the total time of one call of each task",
                      *answer_.ranking->other_winner));
    }
  }

  const HardwareAnswer& answer_;
  const std::vector<HardwareHost>& hosts_;
  const HardwareQuestion& question_;
  std::vector<HardwareCaveat> found_;
};

}  // namespace

std::vector<HardwareCaveat> hardware_caveats(const HardwareAnswer& answer,
                                             const std::vector<HardwareHost>& hosts,
                                             const HardwareQuestion& question) {
  return Caveats(answer, hosts, question).all();
}

}  // namespace assay::answers_detail

// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/hardware.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "harness/answers/hardware_caveats.h"
#include "harness/answers/hardware_ranking.h"
#include "harness/answers/results.h"
#include "harness/core/error.h"
#include "harness/core/privacy.h"
#include "harness/core/suggest.h"
#include "harness/store/transfer.h"

namespace assay {

namespace {

/// What changes from minute to minute, and says nothing of the machine.
bool is_fleeting(const std::string& fact) {
  return fact.starts_with("load.") || fact.starts_with("pressure.") || fact.starts_with("thermal.") ||
         fact == "steal_s" || fact == "steal_share" || fact == "cpu.mhz";
}

/// A trial's sides are two programs, not a host.
bool is_paired(const Run& run) {
  const auto kind = run.settings.more.find("trial.kind");
  return kind != run.settings.more.end() && kind->second != "calibrate";
}

void add_facts(Machine& machine, const Run& run, const std::vector<LaunchSummary>& launches) {
  machine.facts = run.host.host_class;
  for (const auto& [key, value] : run.host.environment) {
    if (!is_fleeting(key)) machine.facts[key] = value;
  }
  machine.facts["assay"] = run.assay_version;
  for (const LaunchSummary& item : launches) {
    if (!item.launch.subject.compiler.empty()) machine.facts["compiler"] = item.launch.subject.compiler;
    const Device& device = item.launch.device;
    if (const std::string model = model_of(device); !model.empty())
      machine.facts["device." + device.name] = model;
  }
}

/// Joules of each ranked machine over the tasks of which all have them by one meter's scope, against the
/// first: the weights' geometric mean, and the same of the intervals' ends, which holds the truth more often
/// than 95 %.
std::vector<std::optional<Cost>> energy_costs(const HardwareAnswer& answer, const RankingInput& input) {
  std::vector<double> low(input.hosts.size()), high(input.hosts.size());
  double weight = 0;
  for (const RankedTask& ranked : input.tasks) {
    const auto task = std::find_if(answer.tasks.begin(), answer.tasks.end(),
                                   [&](const Task& one) { return one.name == ranked.name; });
    std::vector<Energy> all;
    for (const std::size_t m : answer.ranked) all.push_back(energy_of(*task->hosts[m].row));
    const bool whole = std::all_of(all.begin(), all.end(), [&](const Energy& one) {
      return one.value.value && one.value.ci_low && *one.value.ci_low > 0 && one.scope == all.front().scope;
    });
    if (!whole) continue;
    const double w = input.groups[ranked.group].weight;
    weight += w;
    for (std::size_t h = 0; h < all.size(); ++h) {
      low[h] += w * std::log(*all[h].value.ci_low);
      high[h] += w * std::log(*all[h].value.ci_high);
    }
  }
  std::vector<std::optional<Cost>> costs(input.hosts.size());
  if (weight == 0) return costs;
  for (std::size_t h = 0; h < costs.size(); ++h)
    costs[h] = Cost{std::exp(low[h] / weight), std::exp(high[h] / weight)};
  return costs;
}

void add_fronts(HardwareAnswer& answer, const RankingInput& input, const Prices& prices) {
  std::vector<std::optional<Cost>>& costs = answer.price_costs;
  std::string& currency = answer.currency;
  std::size_t known = 0;
  bool one_currency = true;
  for (const std::size_t m : answer.ranked) {
    const Price* price = price_of(prices, answer.machines[m].names);
    costs.push_back(price == nullptr ? std::nullopt
                                     : std::optional(Cost{price->per_hour(), price->per_hour()}));
    if (price == nullptr) continue;
    ++known;
    one_currency = one_currency && (currency.empty() || currency == price->currency);
    currency = price->currency;
  }
  if (known < 2) {
    answer.no_price_front = "fewer than two hosts have a price";
  } else if (!one_currency) {
    answer.no_price_front = "prices are in different currencies";
  } else {
    answer.price_front = pareto(answer.ranking->pairs, costs);
  }
  answer.energy_costs = energy_costs(answer, input);
  const auto& energy = answer.energy_costs;
  if (std::none_of(energy.begin(), energy.end(), [](const auto& cost) { return cost.has_value(); })) {
    answer.no_energy_front = "no task's energy was measured on all hosts by one kind of meter";
  } else {
    answer.energy_front = pareto(answer.ranking->pairs, energy);
  }
}

/// What requirements of speed say of that very row: the first that is no pass, else a capacity, else any.
const Fitness* fitness_of(const HardwareAnswer& answer, std::size_t machine, const Task& task) {
  const Fitness* found = nullptr;
  for (const RequirementAnswer& one : answer.requirements) {
    const std::string& metric = one.requirement.metric;
    if (metric != "latency" && metric != "throughput" && metric != "capacity") continue;
    for (const Fitness& fit : one.hosts[machine].tasks) {
      const bool is_its = metric == "capacity" ? fit.task == task_name(task.value)
                                               : fit.case_key == task.hosts[machine].row->case_key;
      if (!is_its) continue;
      if (fit.fit != Fit::pass) return &fit;
      if (found == nullptr || fit.metric == "capacity") found = &fit;
    }
  }
  return found;
}

void add_efficiency(HardwareAnswer& answer, const HardwareQuestion& question) {
  for (const Task& task : answer.tasks) {
    if (task.value.workload.starts_with("roof.") || task.value.params.contains("load")) continue;
    for (std::size_t m = 0; m < answer.machines.size(); ++m) {
      const ResultRow* row = task.hosts[m].row;
      if (row == nullptr || row->work.units <= 0 || row->unit_of_work.empty()) continue;
      const Price* price = price_of(question.prices, answer.machines[m].names);
      Efficiency one = efficiency_of(m, task.name, *row, price, fitness_of(answer, m, task));
      if (price != nullptr || one.joules) answer.efficiency.push_back(std::move(one));
    }
  }
}

void add_differences(HardwareAnswer& answer) {
  std::set<std::string> keys;
  for (const Machine& machine : answer.machines) {
    for (const auto& [key, value] : machine.facts) keys.insert(key);
  }
  for (const std::string& key : keys) {
    std::vector<std::string> values;
    for (const Machine& machine : answer.machines) {
      const auto found = machine.facts.find(key);
      values.push_back(found == machine.facts.end() ? "" : found->second);
    }
    if (std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) != values.end())
      answer.differences[key] = std::move(values);
  }
}

std::size_t find_reference(const std::vector<Machine>& machines, const std::string& reference) {
  if (reference.empty()) return 0;
  std::vector<std::size_t> found;
  std::vector<std::string> known;
  for (std::size_t m = 0; m < machines.size(); ++m) {
    const auto& names = machines[m].names;
    if (std::find(names.begin(), names.end(), reference) != names.end()) found.push_back(m);
    known.push_back(machines[m].name);
  }
  if (found.size() == 1) return found.front();
  throw Error(ErrorCode::usage,
              found.empty() ? "no host here is called '" + reference + "'"
                            : "'" + reference + "' is the name of several hosts",
              suggest(reference, known));
}

}  // namespace

void Hardware::take(const Store& store, const Run& run) {
  if (!runs_.insert(run.id).second || is_paired(run)) return;
  const std::vector<LaunchSummary> launches = store.load_summaries(run.id);
  const std::string class_id = run.host.class_id();
  const std::string hidden = pseudonym(run.host.name);
  const auto label = run.labels.find("host");
  const bool labelled = label != run.labels.end() && !label->second.empty();
  const std::string name = labelled ? label->second : identify_ ? run.host.name : hidden;
  std::size_t at = 0;
  while (at < known_.size() && !(hosts_[at].name == name && known_[at].machine.class_id == class_id)) ++at;
  if (at == known_.size()) {
    hosts_.push_back({name, {}});
    Machine& machine = known_.emplace_back().machine;
    machine.class_id = class_id;
    for (const std::string& other : {name, run.host.name, hidden, class_id}) {
      const bool there = std::find(machine.names.begin(), machine.names.end(), other) != machine.names.end();
      if (!other.empty() && !there) machine.names.push_back(other);
    }
  }
  Known& known = known_[at];
  if (known.machine.facts.empty() || run.started_utc_ms >= known.newest_utc_ms) {
    known.newest_utc_ms = run.started_utc_ms;
    add_facts(known.machine, run, launches);
  }
  known.runs[run.id] = {run.id,
                        run.started_utc_ms,
                        run.assay_version,
                        hide_paths(run.command, run.host.name),
                        run.settings.suite,
                        run.settings.seed};
  std::vector<ResultRow>& rows = hosts_[at].rows;
  for (ResultRow& row : results(store, run, launches, tails_)) {
    const auto [place, fresh] = known.by_case.try_emplace(row.case_key, run.started_utc_ms, rows.size());
    if (fresh) {
      rows.push_back(std::move(row));
      continue;
    }
    auto& [started, index] = place->second;
    ResultRow& old = rows[index];
    const bool was_ok = old.status == Status::ok, is_ok = row.status == Status::ok;
    if (is_ok == was_ok ? run.started_utc_ms < started : was_ok) continue;
    old = std::move(row);
    started = run.started_utc_ms;
  }
}

void Hardware::add_run(const Store& store, const std::string& run_id) { take(store, store.load_run(run_id)); }

void Hardware::add(const Store& store) {
  const bool in_progress = Store::in_progress(store.path());
  for (const RunSummary& summary : store.list_runs()) {
    if (summary.state == "running" && in_progress) continue;
    take(store, store.load_run(summary.id));
  }
}

void Hardware::add_file(const std::string& path) {
  if (is_database(path)) return add(Store::open(path, Store::Mode::read_only));
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw Error(ErrorCode::bad_input, path + " cannot be read",
                "name a database, or a file that 'assay export RUN --format assay' wrote");
  Store exports = Store::temporary();
  (void)import_runs(exports, file, path);
  add(exports);
}

bool Hardware::empty() const {
  return std::all_of(hosts_.begin(), hosts_.end(),
                     [](const HardwareHost& host) { return host.rows.empty(); });
}

HardwareAnswer Hardware::answer(const HardwareQuestion& question) const {
  HardwareAnswer answer;
  answer.represent = question.represent;
  std::map<std::string, int> same_name;
  for (const HardwareHost& host : hosts_) ++same_name[host.name];
  if (empty())
    throw Error(ErrorCode::bad_input, "there is no result of any host in these sources",
                "measure some: 'assay run --suite buyer --label host=NAME'");
  for (std::size_t h = 0; h < hosts_.size(); ++h) {
    const HardwareHost& host = hosts_[h];
    Machine machine = known_[h].machine;
    machine.name = host.name;
    if (host.name.empty() || same_name[host.name] > 1)
      machine.name += (host.name.empty() ? "" : " ") + machine.class_id;
    machine.names.insert(machine.names.begin(), machine.name);
    std::set<std::string> used;
    for (const ResultRow& row : host.rows) {
      used.insert(row.run);
      machine.launches += row.launches;
      if (const MetricValue* contended = find_metric(row, "host.contended"))
        machine.contended += contended->samples;
    }
    for (const auto& [id, run] : known_[h].runs) {
      if (used.contains(id)) machine.runs.push_back(run);
    }
    std::stable_sort(machine.runs.begin(), machine.runs.end(),
                     [](const auto& a, const auto& b) { return a.started_utc_ms > b.started_utc_ms; });
    answer.machines.push_back(std::move(machine));
  }
  answer.tasks = represent(hosts_, question.represent, question.named);
  std::vector<std::vector<std::string>> names;
  for (const Machine& machine : answer.machines) names.push_back(machine.names);
  const std::size_t reference = find_reference(answer.machines, question.reference);
  for (const Requirement& requirement : question.requirements.all) {
    answer.requirements.push_back({requirement, judge_requirement(requirement, hosts_, question.represent,
                                                                  question.named, question.prices, names)});
  }
  const RankingInput input = answers_detail::ranking_input(answer, question, reference);
  answer.no_ranking = answers_detail::why_no_ranking(answer, question, input, reference);
  if (answer.no_ranking.empty()) {
    answer.ranking = rank(input);
    add_fronts(answer, input, question.prices);
  }
  add_efficiency(answer, question);
  add_differences(answer);
  answer.caveats = answers_detail::hardware_caveats(answer, hosts_, question);
  return answer;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/fitness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "harness/judge/comparison.h"
#include "harness/stats/quantile.h"

namespace assay {

namespace {

constexpr double most_more_launches = 10'000;

Fitness of_metric(const MetricValue& metric) {
  Fitness answer;
  answer.metric = metric.id;
  answer.value = metric.value;
  answer.low = metric.ci_low;
  answer.high = metric.ci_high;
  answer.unit = metric.unit;
  answer.launches = metric.n;
  return answer;
}

/// Launches in all that would bring the near end of the interval to the limit; in logarithms, as launches
/// scatter by factors.
std::optional<std::int64_t> launches_to_decide(const MetricValue& metric, double limit) {
  const double value = *metric.value;
  if (!(value > 0) || !(limit > 0) || !metric.ci_low || !metric.ci_high) return std::nullopt;
  const double end = limit > value ? *metric.ci_high : *metric.ci_low;
  if (!(end > 0)) return std::nullopt;
  const double half = std::abs(std::log(end / value));
  const double gap = std::abs(std::log(limit / value));
  if (!(gap > 0)) return std::nullopt;
  const double all = std::ceil(static_cast<double>(metric.n) * (half / gap) * (half / gap));
  if (!(all < most_more_launches)) return std::nullopt;
  return std::max<std::int64_t>(static_cast<std::int64_t>(all) - metric.n, 1);
}

Fitness not_measured(std::string task, std::string reason) {
  Fitness answer;
  answer.task = std::move(task);
  answer.reason = std::move(reason);
  return answer;
}

bool is_peak(const MetricValue& metric) {
  return metric.id == "memory.peak_rss" || metric.id.ends_with(".max");
}

double rate_of(const ResultRow& row) {
  const auto load = row.value.params.find("load");
  if (load == row.value.params.end()) return 0;
  const std::string text = to_string(load->second);
  return text.starts_with("open:") ? parse_real(text.substr(5)).value_or(0) : 0;
}

Fitness judge_row(const Requirement& requirement, const Task& task, const ResultRow& row) {
  const std::string id = requirement.metric_id(row.unit_of_work);
  Fitness answer;
  if (requirement.metric == "energy") {
    const Energy energy = energy_of(row);
    answer = judge_limit(energy.value, requirement.at_most, requirement.limit);
    if (!energy.scope.empty() && answer.reason.empty()) answer.reason = "meter: " + energy.scope;
  } else if (const MetricValue* metric = find_metric(row, id)) {
    answer = judge_limit(*metric, requirement.at_most, requirement.limit);
    const bool is_tail = id.ends_with(".p90") || id.ends_with(".p99");
    const auto needed = static_cast<std::int64_t>(stats::minimum_count(id.ends_with(".p90") ? 0.9 : 0.99));
    if (answer.fit == Fit::not_measured && is_tail && row.batch == 1 && metric->samples < needed)
      answer.more_samples = needed - metric->samples;
  } else {
    answer.metric = id;
    answer.reason = "it has no metric " + id;
    if (requirement.metric == "device_memory")
      answer.reason = "no memory of a GPU was counted: '--collect nvml', and a task such as 'llm.gemv@cuda*'";
  }
  if (row.device_fidelity != "hardware") {  // represent() lets none in; a guard of the rule that counts most
    answer = not_measured("", "its device is of fidelity " + row.device_fidelity);
  }
  answer.task = task.name;
  answer.case_key = row.case_key;
  return answer;
}

/// Of alternatives the first of these counts.
int standing_of(Fit fit) {
  switch (fit) {
    case Fit::pass:
      return 0;
    case Fit::undecided:
      return 1;
    case Fit::fail:
      return 2;
    case Fit::not_measured:
      return 3;
  }
  return 3;
}

/// Tasks that differ in `load` alone are one: its capacity.
std::vector<Fitness> judge_capacity(const Requirement& requirement, const HardwareHost& host,
                                    Represent rule) {
  using ByImplementation = std::map<std::string, std::vector<const ResultRow*>>;
  std::map<std::string, ByImplementation> tasks;
  for (const ResultRow& row : host.rows) {
    if (rate_of(row) <= 0 || row.status != Status::ok || row.device_fidelity != "hardware") continue;
    if (rule == Represent::best_verified && row.verified != true) continue;
    if (!requirement.accuracy.empty() && row.accuracy != requirement.accuracy) continue;
    Case value = row.value;
    value.params.erase("load");
    Params params = known_params(row);
    params.erase("load");
    if (!matches(requirement.task, value, params)) continue;
    tasks[task_name(value)][row.value.implementation + "@" + row.value.device].push_back(&row);
  }
  std::vector<Fitness> answers;
  for (const auto& [name, task] : tasks) {
    std::optional<Fitness> best;  // the implementation that serves most stands for the host
    for (const auto& [implementation, rows] : task) {
      const auto capacity = capacity_of(rows, requirement.metric_id(""), requirement.within->value);
      if (!capacity) continue;
      Fitness answer;
      answer.task = name;
      answer.case_key = rows.front()->case_key;
      answer.metric = "capacity";
      answer.unit = "Hz";
      answer.value = answer.low = capacity->low;
      answer.high = capacity->high;
      answer.launches = capacity->launches;
      const double wanted = requirement.limit.value;
      answer.fit = capacity->low >= wanted                       ? Fit::pass
                   : capacity->high && *capacity->high <= wanted ? Fit::fail
                                                                 : Fit::undecided;
      if (answer.fit == Fit::undecided)
        answer.reason = "no rate that was tried decides it: measure '?load=open:" + shortest(wanted) + "'";
      if (!best || *answer.value > *best->value) best = std::move(answer);
    }
    answers.push_back(best ? std::move(*best)
                           : not_measured(name, "no rate of an open loop has a tail: more samples"));
  }
  if (answers.empty())
    answers.push_back(not_measured("", "no open loop of it was measured: assay capacity '" +
                                           requirement.task.text + "' --limit 'p" +
                                           std::to_string(requirement.percentile) + "=" +
                                           shortest(requirement.within->value / 1e6) + "ms'"));
  return answers;
}

}  // namespace

std::string to_string(Fit fit) {
  switch (fit) {
    case Fit::pass:
      return "pass";
    case Fit::fail:
      return "fail";
    case Fit::undecided:
      return "undecided";
    case Fit::not_measured:
      return "not_measured";
  }
  return "not_measured";
}

Fit worst(const std::vector<Fit>& fits) {
  for (const Fit fit : {Fit::fail, Fit::not_measured, Fit::undecided}) {
    if (std::find(fits.begin(), fits.end(), fit) != fits.end()) return fit;
  }
  return fits.empty() ? Fit::not_measured : Fit::pass;
}

Fitness judge_limit(const MetricValue& metric, bool at_most, const Quantity& limit) {
  Fitness answer = of_metric(metric);
  const auto keeps = [&](double value) { return at_most ? value <= limit.value : value >= limit.value; };
  if (!metric.value || !std::isfinite(*metric.value)) {
    answer.reason = metric.reason.empty() ? "it has no value" : metric.reason;
    return answer;
  }
  if (!limit.unit.empty() && limit.unit != metric.unit) {
    answer.reason = "the limit is in " + limit.unit + ", " + metric.id + " in " +
                    (metric.unit.empty() ? "no unit" : metric.unit);
    return answer;
  }
  if (is_exact(metric.id) || is_peak(metric)) {
    const double high = metric.ci_high.value_or(*metric.value);
    const double low = is_exact(metric.id) ? metric.ci_low.value_or(*metric.value) : high;
    const bool one_keeps = keeps(low), other_keeps = keeps(high);
    answer.fit = one_keeps && other_keeps ? Fit::pass : one_keeps || other_keeps ? Fit::undecided : Fit::fail;
    if (is_exact(metric.id)) return answer;
    answer.reason = "the largest of " + std::to_string(metric.n) + " launches";
    if (answer.fit == Fit::pass && metric.n < least_launches_of_a_verdict) {
      answer.fit = Fit::undecided;
      answer.more_launches = least_launches_of_a_verdict - metric.n;
      answer.reason += "; a pass needs " + std::to_string(least_launches_of_a_verdict);
    }
    return answer;
  }
  answer.fit = Fit::undecided;
  if (metric.n < least_launches_of_a_verdict || !metric.ci_low || !metric.ci_high) {
    answer.more_launches = std::max<std::int64_t>(least_launches_of_a_verdict - metric.n, 1);
    answer.reason = "it has " + std::to_string(metric.n) + (metric.n == 1 ? " launch" : " launches") +
                    "; a verdict with 95 % confidence needs " + std::to_string(least_launches_of_a_verdict);
    return answer;
  }
  if (keeps(*metric.ci_low) && keeps(*metric.ci_high)) {
    answer.fit = Fit::pass;
  } else if (!keeps(*metric.ci_low) && !keeps(*metric.ci_high)) {
    answer.fit = Fit::fail;
  } else {
    answer.more_launches = launches_to_decide(metric, limit.value);
    answer.reason =
        answer.more_launches
            ? "its interval holds the limit; about " + std::to_string(*answer.more_launches) +
                  (*answer.more_launches == 1 ? " more launch decides it" : " more launches decide it")
            : "its interval holds the limit, and it is so near that no number of launches may decide";
  }
  return answer;
}

std::optional<Capacity> capacity_of(const std::vector<const ResultRow*>& rows, const std::string& metric_id,
                                    double within_ns) {
  Capacity capacity;
  std::map<double, const ResultRow*> by_rate;
  for (const ResultRow* row : rows) by_rate[rate_of(*row)] = row;
  for (const auto& [rate, row] : by_rate) {
    const MetricValue* metric = find_metric(*row, metric_id);
    const bool overloaded = find_metric(*row, "load.overloaded") != nullptr;
    if (metric == nullptr && !overloaded) continue;
    const Fit fit = overloaded ? Fit::fail : judge_limit(*metric, true, {within_ns, "ns"}).fit;
    if (fit == Fit::not_measured) continue;
    ++capacity.rates;
    if (fit == Fit::pass && !capacity.high) {
      capacity.low = rate;
      capacity.launches = row->launches;
    }
    if (fit == Fit::fail && !capacity.high) {
      capacity.high = rate;
      if (capacity.launches == 0) capacity.launches = row->launches;
    }
  }
  if (capacity.rates == 0) return std::nullopt;
  return capacity;
}

std::vector<HostFitness> judge_requirement(const Requirement& requirement,
                                           const std::vector<HardwareHost>& hosts, Represent rule,
                                           const std::vector<Selector>& named, const Prices& prices,
                                           const std::vector<std::vector<std::string>>& names) {
  std::vector<HostFitness> answers(hosts.size());
  const auto finish = [&] {
    for (HostFitness& answer : answers) {
      std::vector<Fit> fits;
      for (const Fitness& one : answer.tasks) fits.push_back(one.fit);
      answer.fit = worst(fits);
    }
    return std::move(answers);
  };
  if (hosts.empty()) return answers;
  if (requirement.metric == "price") {
    for (std::size_t host = 0; host < hosts.size(); ++host) {
      Fitness one;
      one.metric = "price";
      const Price* price = price_of(prices, names[host]);
      if (price == nullptr) {
        one.reason = "no price of it is known: name it with --prices";
      } else {
        one.value = one.low = one.high = price->amount;
        one.unit = price->currency + (price->to_buy ? "" : "/h");
        const bool keeps = requirement.at_most ? price->amount <= requirement.limit.value
                                               : price->amount >= requirement.limit.value;
        one.fit = keeps ? Fit::pass : Fit::fail;
        if (requirement.limit.unit != one.unit) {
          one.fit = Fit::not_measured;
          one.reason = "the limit is in " + requirement.limit.unit + ", the price in " + one.unit;
        }
      }
      answers[host].tasks.push_back(std::move(one));
    }
    return finish();
  }
  if (requirement.metric == "capacity") {
    for (std::size_t host = 0; host < hosts.size(); ++host)
      answers[host].tasks = judge_capacity(requirement, hosts[host], rule);
    return finish();
  }
  // Requests of an open loop are asked for by name: their latency is that of one rate.
  const bool wants_load = requirement.task.params.contains("load");
  std::map<std::string, std::size_t> places;  // accuracy classes of a task are alternatives
  for (const Task& task : represent(hosts, rule, named, &requirement.task)) {
    if (!wants_load && task.value.params.contains("load")) continue;
    if (!requirement.accuracy.empty() && task.accuracy != requirement.accuracy) continue;
    const auto [place, fresh] = places.emplace(task_name(task.value), answers.front().tasks.size());
    for (std::size_t host = 0; host < hosts.size(); ++host) {
      const Representative& standing = task.hosts[host];
      Fitness one = standing.row == nullptr ? not_measured(task.name, standing.reason)
                                            : judge_row(requirement, task, *standing.row);
      auto& own = answers[host].tasks;
      if (fresh) {
        own.push_back(std::move(one));
      } else if (standing_of(one.fit) < standing_of(own[place->second].fit)) {
        own[place->second] = std::move(one);
      }
    }
  }
  for (HostFitness& answer : answers) {
    if (answer.tasks.empty())
      answer.tasks.push_back(not_measured("", "no result matches '" + requirement.task.text + "'"));
  }
  return finish();
}

Energy energy_of(const ResultRow& row) {
  struct Meter {
    const char* id;
    const char* scope;
  };
  static constexpr std::array<Meter, 4> meters{
      {{"nvml.energy", "the GPU's board (NVML), whoever used it"},
       {"meter.energy", "the board's supply (its power meter)"},
       {"powercap.psys", "the platform (RAPL), whoever used it"},
       {"powercap.package", "CPU packages (RAPL), whoever used them"}}};
  const std::string& device = row.value.device;
  const bool on_gpu = device.starts_with("cuda") || device.starts_with("vulkan");
  const std::string_view source = on_gpu ? "nvml" : device.starts_with("serial:") ? "meter" : "powercap";
  Energy energy;
  energy.value.id = "energy";
  energy.value.unit = "J";
  energy.value.better = Better::lower;
  energy.value.state = ReadingState::not_counted;
  energy.value.reason =
      "no energy was measured: '--collect powercap', of a GPU '--collect nvml', of a board its power meter";
  for (const Meter& meter : meters) {
    if (source_of(meter.id) != source) continue;
    const MetricValue* metric = find_metric(row, meter.id);
    if (metric == nullptr || !metric->value || row.work.units <= 0) continue;
    energy.value = *metric;
    energy.value.id = meter.id;
    for (auto* part : {&energy.value.value, &energy.value.ci_low, &energy.value.ci_high}) {
      if (*part) **part /= row.work.units;
    }
    energy.scope = meter.scope;
    return energy;
  }
  return energy;
}

}  // namespace assay

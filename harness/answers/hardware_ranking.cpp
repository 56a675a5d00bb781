// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/hardware_ranking.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "harness/stats/quantile.h"

namespace assay {

namespace {

const WeightGroup* group_of(const Weights& weights, const Task& task, std::size_t& index) {
  for (index = 0; index < weights.groups.size(); ++index) {
    const WeightGroup& group = weights.groups[index];
    const bool matched = std::any_of(group.select.begin(), group.select.end(), [&](const Selector& selector) {
      return matches(selector, task.value, task.params);
    });
    if (matched) return &group;
  }
  return nullptr;
}

bool has_task(const RankingInput& input, std::size_t group) {
  return std::any_of(input.tasks.begin(), input.tasks.end(),
                     [&](const RankedTask& task) { return task.group == group; });
}

/// A step of a pipeline is done once: of a task's accuracy classes a total takes the one that is fastest over
/// all hosts (by the geometric mean of their times), the same one for each host. `counted`: input.tasks'.
void keep_one_class(HardwareAnswer& answer, RankingInput& input, std::vector<const Task*> counted) {
  const auto log_time = [](const RankedTask& task) {
    double sum = 0;
    for (const auto& medians : task.launch_medians_ns) sum += std::log(stats::median(medians));
    return sum;
  };
  std::map<std::pair<std::size_t, std::string>, std::size_t> kept;  // of a group and task: its place
  std::vector<bool> out(counted.size(), false);
  const auto leave_out = [&](std::size_t place, std::size_t other) {
    out[place] = true;
    answer.left_out.push_back(
        {counted[place]->name, "a total counts a task once: as " + counted[other]->name +
                                   ", the accuracy class that is fastest over all hosts"});
  };
  for (std::size_t t = 0; t < counted.size(); ++t) {
    const auto [place, fresh] = kept.try_emplace({input.tasks[t].group, task_name(counted[t]->value)}, t);
    if (fresh) continue;
    const bool faster = log_time(input.tasks[t]) < log_time(input.tasks[place->second]);
    const std::size_t before = std::exchange(place->second, faster ? t : place->second);
    leave_out(faster ? before : t, place->second);
  }
  std::vector<RankedTask> tasks;
  for (std::size_t t = 0; t < counted.size(); ++t) {
    if (!out[t]) tasks.push_back(std::move(input.tasks[t]));
  }
  input.tasks = std::move(tasks);
}

}  // namespace

RankingInput answers_detail::ranking_input(HardwareAnswer& answer, const HardwareQuestion& question,
                                           std::size_t reference) {
  RankingInput input;
  input.summary = question.weights.summary;
  input.within = question.weights.within;
  for (std::size_t m = 0; m < answer.machines.size(); ++m) {
    const bool any = std::any_of(answer.tasks.begin(), answer.tasks.end(),
                                 [&](const Task& task) { return task.hosts[m].row != nullptr; });
    if (!any) continue;
    if (m == reference) input.reference = input.hosts.size();
    answer.ranked.push_back(m);
    input.hosts.push_back(answer.machines[m].name);
  }
  for (const WeightGroup& group : question.weights.groups) input.groups.push_back({group.name, group.weight});
  std::vector<const Task*> counted;
  for (const Task& task : answer.tasks) {
    std::size_t group = 0;
    const bool weighted = !question.weights.groups.empty();
    // Of an open loop the rate is given, and machines' limits are no work: neither is a speed of the mix.
    const bool is_work = !task.value.workload.starts_with("roof.") && !task.value.params.contains("load");
    if (weighted ? group_of(question.weights, task, group) == nullptr || task.value.params.contains("load")
                 : !is_work)
      continue;
    RankedTask one{task.name, group, {}};
    std::string missing, digest;
    for (const std::size_t m : answer.ranked) {
      const Representative& standing = task.hosts[m];
      if (standing.row == nullptr) {
        missing = answer.machines[m].name + ": " + standing.reason;
        break;
      }
      if (!digest.empty() && standing.row->input_digest != digest)
        missing = answer.machines[m].name + ": it was measured on another input";
      digest = standing.row->input_digest;
      one.launch_medians_ns.push_back(standing.row->launch_medians_ns);
    }
    if (!missing.empty()) {
      answer.left_out.push_back({task.name, missing});
      continue;
    }
    if (!weighted) {  // accuracy classes of a task share its weight
      const std::string name = task_name(task.value);
      while (one.group < input.groups.size() && input.groups[one.group].name != name) ++one.group;
      if (one.group == input.groups.size()) input.groups.push_back({name, 1});
    }
    input.tasks.push_back(std::move(one));
    counted.push_back(&task);
  }
  if (input.summary == Summary::total_time) keep_one_class(answer, input, std::move(counted));
  for (std::size_t g = 0; g < question.weights.groups.size(); ++g) {
    if (!has_task(input, g))
      answer.left_out.push_back(
          {question.weights.groups[g].name, "of this group no task was measured on all hosts"});
  }
  return input;
}

std::string answers_detail::why_no_ranking(const HardwareAnswer& answer, const HardwareQuestion& question,
                                           const RankingInput& input, std::size_t reference) {
  if (input.hosts.size() < 2) {
    if (question.represent == Represent::named && !answer.tasks.empty())
      return "fewer than two hosts have results that --named selects (a selector is "
             "'WORKLOAD/IMPLEMENTATION': "
             "'*/openblas')";
    return "fewer than two hosts have results that may stand";
  }
  if (std::find(answer.ranked.begin(), answer.ranked.end(), reference) == answer.ranked.end())
    return "the reference host " + answer.machines[reference].name + " has no result that may stand";
  if (input.tasks.empty()) {
    return "no task was measured on all hosts" +
           (answer.left_out.empty()
                ? std::string(" that the weights name")
                : ": " + answer.left_out.front().task + ": " + answer.left_out.front().reason);
  }
  if (input.summary == Summary::total_time) {
    for (std::size_t g = 0; g < input.groups.size(); ++g) {
      if (has_task(input, g)) continue;
      std::string selectors;
      for (const Selector& selector : question.weights.groups[g].select)
        selectors += (selectors.empty() ? "'" : ", '") + selector.text + "'";
      return "a total needs every step, and of '" + input.groups[g].name +
             "' no task was measured on all hosts: assay run " + selectors;
    }
  }
  return {};
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "gui/app/hardware_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "gui/app/answers.h"
#include "gui/app/stored.h"
#include "gui/model/words.h"
#include "harness/core/error.h"
#include "harness/store/history.h"

namespace assay::gui {

namespace {

bool wants_tails(const Requirements& requirements) {
  return std::any_of(requirements.all.begin(), requirements.all.end(), [](const Requirement& one) {
    return one.percentile > 50 || one.metric.ends_with(".p90") || one.metric.ends_with(".p99");
  });
}

std::string family_of(const Task& task) {
  return task.value.workload.substr(0, task.value.workload.find('.'));
}

/// Families of what can be ranked, each with as much weight as it has tasks.
std::vector<FamilyWeight> families_of(const std::vector<Task>& tasks) {
  std::vector<FamilyWeight> all;
  for (const Task& task : tasks) {
    if (task.value.workload.starts_with("roof.") || task.value.params.contains("load")) continue;
    const bool everywhere = std::all_of(task.hosts.begin(), task.hosts.end(),
                                        [](const Representative& host) { return host.row != nullptr; });
    if (!everywhere) continue;
    const std::string family = family_of(task);
    auto known =
        std::find_if(all.begin(), all.end(), [&](const FamilyWeight& one) { return one.family == family; });
    if (known == all.end()) known = all.insert(all.end(), {family, 0, 0});
    ++known->tasks;
    known->weight = static_cast<double>(known->tasks);
  }
  return all;
}

std::string limit_text(const Requirement& one) {
  const std::string percentile = one.percentile > 0 ? fmt::format(" p{}", one.percentile) : "";
  return fmt::format("{}{} at {} {}{}", one.metric, percentile, one.at_most ? "most" : "least",
                     value_text(one.limit.unit, one.limit.value),
                     one.task.text.empty() ? "" : " of " + one.task.text);
}

HardwareScores scores_of(const HardwareAnswer& answer, const HardwareQuestion& question) {
  HardwareScores scores;
  for (std::size_t m = 0; m < answer.machines.size(); ++m) {
    const Machine& machine = answer.machines[m];
    HardwareHostEntry host{machine.name,      machine.class_id, machine.runs.size(), machine.launches,
                           machine.contended, answer.fit(m),    std::nullopt,        "",
                           std::nullopt,      std::nullopt};
    if (const Price* const price = price_of(question.prices, machine.names)) {
      host.price_per_hour = price->per_hour();
      host.currency = price->currency;
    }
    const auto ranked = std::find(answer.ranked.begin(), answer.ranked.end(), m);
    const auto place = static_cast<std::size_t>(ranked - answer.ranked.begin());
    if (place < answer.price_front.size()) host.by_price = answer.price_front[place];
    if (place < answer.energy_front.size()) host.by_energy = answer.energy_front[place];
    scores.hosts.push_back(std::move(host));
  }
  for (const Task& task : answer.tasks) {
    HardwareTask one{task.name, {}};
    for (const Representative& host : task.hosts) {
      HardwareCell cell{std::nullopt, "", host.reason};
      const MetricValue* const time = host.row == nullptr ? nullptr : find_metric(*host.row, "time.wall.p50");
      if (time != nullptr && time->value) cell = {*time->value, host.row->case_key, ""};
      one.hosts.push_back(std::move(cell));
    }
    scores.tasks.push_back(std::move(one));
  }
  scores.ranked = answer.ranked;
  scores.ranking = answer.ranking;
  scores.no_ranking = answer.no_ranking;
  for (const RequirementAnswer& one : answer.requirements) {
    HardwareRequirement requirement{one.requirement.name, limit_text(one.requirement), {}, {}};
    for (const HostFitness& host : one.hosts) {
      requirement.fits.push_back(host.fit);
      const auto worst = std::find_if(host.tasks.begin(), host.tasks.end(),
                                      [&](const Fitness& fit) { return fit.fit == host.fit; });
      requirement.reasons.push_back(worst == host.tasks.end() ? "" : worst->reason);
    }
    scores.requirements.push_back(std::move(requirement));
  }
  for (const TaskLeftOut& one : answer.left_out) scores.left_out.push_back(one.task + ": " + one.reason);
  for (const HardwareCaveat& one : answer.caveats) scores.caveats.push_back(one.text);
  return scores;
}

}  // namespace

void HardwareSources::read(bool tails) {
  constexpr auto longest = std::chrono::seconds(4);
  const auto begin = std::chrono::steady_clock::now();
  hardware_.emplace(tails, true);
  tails_ = tails;
  note_.clear();
  std::size_t read = 0, all = 0;
  for (const std::string& path : databases_) {
    const Store store = Store::open(path, Store::Mode::read_only);
    const bool in_progress = Store::in_progress(path);
    for (const RunHead& run : run_heads(store)) {
      ++all;
      if (std::chrono::steady_clock::now() - begin > longest) continue;
      ++read;
      if (run.state != "running" || !in_progress) hardware_->add_run(store, run.id);
    }
  }
  if (read < all) note_ = fmt::format("of the newest {} of {} runs", read, all);
}

HardwareAnswered HardwareSources::answer(const HardwareAsk& ask) {
  HardwareAnswered answered;
  answered.scores.asked = ask;
  try {
    if (databases_.empty()) throw Error(ErrorCode::bad_input, "No database is open.", "Ctrl+O opens one.");
    HardwareQuestion question;
    if (!ask.requirements.empty())
      question.requirements =
          parse_requirements(text_of(ask.requirements, "name a TOML file"), ask.requirements);
    if (!ask.prices.empty())
      question.prices = parse_prices(text_of(ask.prices, "name a TOML file"), ask.prices);
    question.reference = ask.reference;
    question.today = day_of(now_utc_ms());
    const bool tails = wants_tails(question.requirements);
    if (!hardware_ || (tails && !tails_)) read(tails);
    if (hardware_->empty()) return answered;  // the tables say what makes some: no fault to tell beside them
    HardwareAnswer answer = hardware_->answer(question);
    const std::vector<FamilyWeight> alike = families_of(answer.tasks);
    const std::vector<FamilyWeight> families = read_weights(ask.weights, alike);
    if (!weights_text(families).empty()) {
      for (const FamilyWeight& one : families) {
        if (one.weight > 0)
          question.weights.groups.push_back({one.family, {parse_selector(one.family + ".*")}, one.weight});
      }
      if (question.weights.groups.empty())
        throw Error(ErrorCode::usage, "All weights are 0.", "Give at least one family a weight.");
      answer = hardware_->answer(question);
    }
    answered.scores = scores_of(answer, question);
    answered.scores.asked = ask;
    answered.scores.families = families;
    answered.note = note_;
  } catch (const std::exception& error) {
    answered.problem = problem_of(error, "");
  }
  return answered;
}

}  // namespace assay::gui

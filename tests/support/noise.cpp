// SPDX-License-Identifier: Apache-2.0
#include "tests/support/noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace assay::tests {

double Random::uniform() {
  state_ += 0x9e3779b97f4a7c15;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z ^= z >> 31;
  return (static_cast<double>(z >> 12) + 0.5) * 0x1p-52;
}

double Random::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2 * std::log(uniform()));
  const double angle = 2 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

double Random::exponential() { return -std::log(uniform()); }

SimulatedHost::SimulatedHost(const Noise& noise, const Requests& requests, std::vector<double> slowdowns,
                             std::uint64_t seed)
    : noise_(noise), requests_(requests), slowdowns_(std::move(slowdowns)), random_(seed) {
  for (std::size_t i = 0; i < slowdowns_.size(); ++i)
    layout_.push_back(noise_.layout_shift * random_.normal());
  drift_ = noise_.drift * random_.normal();
}

trials::LaunchOutcome SimulatedHost::operator()(const trials::LaunchOrder& order) {
  constexpr double rho = 0.98;
  drift_ = rho * drift_ + std::sqrt(1 - rho * rho) * noise_.drift * random_.normal();
  const bool candidate = order.side == trials::Side::candidate;
  const int now = launches_++;

  double code = 0;  // logarithms: of what the code does ...
  if (candidate) code += std::log1p(slowdowns_[order.case_index]) + layout_[order.case_index];
  code += noise_.launch_offset * random_.normal();
  double host = drift_;  // ... and of what the host does to its time
  if (candidate) host += std::log1p(noise_.hog) + std::log1p(noise_.clock_cap);
  if (noise_.burst_every > 0 && (now + noise_.burst_phase) % noise_.burst_every < noise_.burst_length)
    host += std::log1p(noise_.burst);
  if (noise_.step_after > 0 && now >= noise_.step_after) host += std::log1p(noise_.step);

  std::array<double, 3> repeats{};
  for (double& repeat : repeats) {
    repeat = noise_.sample * random_.normal();
    if (noise_.spikes > 0 && random_.uniform() < noise_.spikes)
      repeat += std::log1p(noise_.spike * random_.exponential());
  }
  std::sort(repeats.begin(), repeats.end());

  constexpr double call_ns = 1e6;
  trials::LaunchOutcome outcome;
  outcome.value = call_ns * std::exp(code + host + repeats[1]);
  if (noise_.cycles) outcome.cycles = 3 * call_ns * std::exp(code + noise_.sample / 2 * random_.normal());
  if (requests_.per_launch > 0) outcome.requests_ns = requests(candidate, call_ns * std::exp(code + host));
  outcome.took_s = 1;
  return outcome;
}

std::vector<double> SimulatedHost::requests(bool candidate, double level) {
  double stalled = requests_.correlated_share * random_.exponential();
  if (candidate) stalled += requests_.stall_share;
  std::vector<double> times(static_cast<std::size_t>(requests_.per_launch));
  for (double& time : times) {
    time = level * (1 + 0.1 * random_.exponential());
    if (random_.uniform() < stalled) time *= 5;
  }
  return times;
}

Noise rough_noise() { return {.name = "rough", .drift = 0.02, .spikes = 0.03, .launch_offset = 0.004}; }

Noise bursts_in_every_block(int length) {
  Noise noise = rough_noise();
  noise.name = "bursts, " + std::to_string(length) + " of 4 launches";
  noise.burst_every = 4;
  noise.burst_length = length;
  noise.burst_phase = 3;  // the second launch of a block, and those after it
  return noise;
}

Noise unseen_hog() {
  Noise noise = rough_noise();
  noise.name = "hog on one side, no counters";
  noise.hog = 0.08;
  return noise;
}

std::vector<Noise> visible_noise() {
  const Noise rough = rough_noise();
  std::vector<Noise> all{{.name = "quiet"}, rough};
  const auto add = [&](const char* name) -> Noise& {
    all.push_back(rough);
    all.back().name = name;
    return all.back();
  };
  add("launch offset").launch_offset = 0.015;
  add("layout shift").layout_shift = 0.02;
  Noise& hog = add("hog on one side, cycles");
  hog.hog = 0.08;
  hog.cycles = true;
  Noise& cap = add("clock cap on one side, cycles");
  cap.clock_cap = 0.05;
  cap.cycles = true;
  Noise& bursts = add("bursts, every 11th launch");
  bursts.burst_every = 11;
  bursts.burst_length = 1;
  Noise& pairs_of_launches = add("bursts, 2 of 7 launches");
  pairs_of_launches.burst_every = 7;
  pairs_of_launches.burst_length = 2;
  Noise& long_bursts = add("bursts, 23 of 100 launches");
  long_bursts.burst_every = 100;
  long_bursts.burst_length = 23;
  add("step in mid-run").step_after = 4000;
  return all;
}

SuiteCounts simulate(const Noise& noise, const SuiteShape& shape, int suites, std::uint64_t seed) {
  SuiteCounts counts;
  counts.suites = suites;
  std::vector<PairedCase> cases(static_cast<std::size_t>(shape.cases));
  std::vector<double> slowdowns(cases.size(), 0.0);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    cases[i].key = "simulated.case/own?n=" + std::to_string(i) + "@cpu";
    cases[i].smallest_effect = shape.smallest_effect;
    cases[i].same_machine_code = noise.layout_shift > 0;
    if (shape.requests.per_launch > 0) cases[i].tail.emplace();
    if (static_cast<int>(i) < shape.changed) slowdowns[i] = shape.slowdown;
  }
  for (int suite = 0; suite < suites; ++suite) {
    const std::uint64_t own = seed + static_cast<std::uint64_t>(suite);
    SimulatedHost changed(noise, shape.requests, slowdowns, own * 2);
    Requests unchanged_requests = shape.requests;
    if (shape.requests_change) unchanged_requests.stall_share = 0;
    SimulatedHost unchanged(noise, unchanged_requests, slowdowns, own * 2 + 1);
    trials::TrialSettings settings;
    settings.seed = own;
    settings.budget_s = shape.budget_s;
    const auto trial = trials::run_paired_trial(cases, settings, [&](const trials::LaunchOrder& order) {
      return static_cast<int>(order.case_index) < shape.changed ? changed(order) : unchanged(order);
    });
    bool alarmed = false;
    bool alarmed_first = false;
    counts.longest_s = std::max(counts.longest_s, trial.took_s);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const trials::CaseTrial& one = trial.cases[i];
      const auto differs = [](const RuleJudgement& judged) {
        return judged.verdict.outcome == Outcome::slower || judged.verdict.outcome == Outcome::faster;
      };
      const bool tail_differs = one.judgement.tail && differs(*one.judgement.tail);
      const Outcome outcome = one.judgement.paired.verdict.outcome;
      counts.launches += one.launches / 2.0;
      if (static_cast<int>(i) < shape.changed) {
        ++counts.changed;
        counts.found += outcome == Outcome::slower;
        counts.found_first += outcome == Outcome::slower || one.second.has_value();
        counts.tail_found += one.judgement.tail && one.judgement.tail->verdict.outcome == Outcome::slower;
        counts.launches_of_changed += one.launches / 2.0;
        continue;
      }
      ++counts.unchanged;
      counts.wrong += differs(one.judgement.paired);
      const bool first = differs(one.judgement.paired) || tail_differs || one.second.has_value();
      counts.wrong_first += first;
      alarmed_first = alarmed_first || first;
      counts.tail_wrong += tail_differs;
      counts.same += outcome == Outcome::same;
      counts.undecided += outcome == Outcome::undecided;
      counts.blamed += !one.judgement.paired.verdict.cause.empty();
      alarmed = alarmed || differs(one.judgement.paired) || tail_differs;
    }
    counts.alarmed_suites += alarmed;
    counts.alarmed_suites_first += alarmed_first;
  }
  const double cases_in_all = static_cast<double>(suites) * shape.cases;
  counts.launches /= cases_in_all;
  if (counts.changed > 0) counts.launches_of_changed /= counts.changed;
  return counts;
}

}  // namespace assay::tests

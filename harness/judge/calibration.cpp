// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "harness/stats/distribution.h"
#include "harness/stats/proportion.h"
#include "harness/stats/quantile.h"
#include "harness/stats/spread.h"

namespace assay {

namespace {

constexpr std::size_t fewest_pairs = 12;
constexpr double any_effect = 1e-9;  ///< a smallest effect that no noise is below

/// Alarms of one session, by case.
std::vector<bool> alarms_of(std::span<const SelfCompared> cases, std::size_t session,
                            const CalibrationRule& rule) {
  std::vector<PairedCase> suite(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    suite[i].key = cases[i].key;
    suite[i].smallest_effect = any_effect;
    if (session < cases[i].sessions.size()) suite[i].pairs = cases[i].sessions[session];
  }
  SuiteRule asked = rule.rule;
  asked.most_pairs = rule.session_pairs;
  asked.give_up = false;
  std::vector<bool> alarms;
  for (const CaseJudgement& judged : judge_suite(suite, asked)) {
    const Outcome outcome = judged.paired.verdict.outcome;
    alarms.push_back(outcome == Outcome::slower || outcome == Outcome::faster);
  }
  return alarms;
}

double median_of(const std::vector<LaunchPair>& pairs) {
  std::vector<double> values;
  values.reserve(2 * pairs.size());
  for (const LaunchPair& pair : pairs) values.insert(values.end(), {pair.base, pair.candidate});
  return stats::median(values);
}

/// A trial of equal sides: log ratios of time, and of cycles where a pair has them.
struct Trial {
  std::vector<double> time, cycles;
  std::vector<std::size_t> cycles_until;  ///< how many of `cycles` the first n pairs have
};

Trial draw(std::span<const LaunchPair> pairs, int count, std::mt19937_64& random) {
  Trial trial;
  trial.cycles_until.push_back(0);
  for (int i = 0; i < count; ++i) {
    const LaunchPair& pair = pairs[random() % pairs.size()];
    const double turn = (random() >> 63) == 0 ? 1 : -1;
    trial.time.push_back(turn * (std::log(pair.base) - std::log(pair.candidate)));
    if (pair.base_cycles && pair.candidate_cycles)
      trial.cycles.push_back(turn * (std::log(*pair.base_cycles) - std::log(*pair.candidate_cycles)));
    trial.cycles_until.push_back(trial.cycles.size());
  }
  return trial;
}

/// The change from which on these differences exclude none; infinite where they never do.
double shown_from(std::span<const double> differences, double error) {
  const Shift shift = estimate_shift(differences, error);
  return shift.interval ? std::max(0.0, -shift.interval->low) : std::numeric_limits<double>::infinity();
}

/// The smallest change of this trial that some look shows.
double smallest_shown(const Trial& trial, const SuiteBudget& budget) {
  double smallest = std::numeric_limits<double>::infinity();
  for (const Look& look : budget.difference) {
    if (!(look.weight > 0)) continue;
    const auto pairs = static_cast<std::size_t>(look.pairs);
    const double error = budget.level * look.weight;
    double here = shown_from(std::span(trial.time).first(pairs), error);
    const std::size_t counted = trial.cycles_until[pairs];
    if (counted > 0 && 2 * counted >= pairs)
      here = std::max(here, shown_from(std::span(trial.cycles).first(counted), error));
    smallest = std::min(smallest, here);
  }
  return smallest;
}

}  // namespace

std::optional<double> smallest_detectable(std::span<const LaunchPair> pairs, std::size_t cases,
                                          const CalibrationRule& rule) {
  if (pairs.size() < fewest_pairs) return std::nullopt;
  const SuiteBudget budget = suite_budget(std::vector<PairedCase>(cases), rule.rule);
  std::mt19937_64 random(rule.seed);
  std::vector<double> smallest;
  for (int i = 0; i < rule.resamples; ++i)
    smallest.push_back(smallest_shown(draw(pairs, rule.rule.most_pairs, random), budget));
  std::sort(smallest.begin(), smallest.end());
  const auto needed = static_cast<std::size_t>(std::ceil(rule.power * rule.resamples));
  // Few pairs know the noise itself only roughly, and to guess it too low costs more power than to guess it
  // too high gains: by so much more the promised power is true on average
  // (tests/unit/trials/calibration_test.cpp).
  const double unsure = 1 + 2 / static_cast<double>(pairs.size());
  const double shown = std::expm1(smallest[std::clamp<std::size_t>(needed, 1, smallest.size()) - 1] * unsure);
  return shown <= 1 ? std::optional(shown) : std::nullopt;
}

std::vector<Calibration> calibrate(std::span<const SelfCompared> cases, const CalibrationRule& rule) {
  std::vector<Calibration> found(cases.size());
  std::size_t sessions = 0;
  for (const SelfCompared& one : cases) sessions = std::max(sessions, one.sessions.size());
  int alarmed_sessions = 0;
  for (std::size_t session = 0; session < sessions; ++session) {
    const std::vector<bool> alarms = alarms_of(cases, session, rule);
    for (std::size_t i = 0; i < cases.size(); ++i) found[i].alarms += alarms[i];
    alarmed_sessions += std::find(alarms.begin(), alarms.end(), true) != alarms.end();
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    Calibration& calibration = found[i];
    calibration.case_key = cases[i].key;
    calibration.metric = cases[i].metric;
    calibration.judge = paired_judge_version;
    calibration.cases = static_cast<int>(cases.size());
    calibration.most_pairs = rule.rule.most_pairs;
    calibration.alarmed_sessions = alarmed_sessions;
    std::vector<LaunchPair> pairs;
    std::vector<double> medians;
    for (const auto& session : cases[i].sessions) {
      if (session.empty()) continue;
      pairs.insert(pairs.end(), session.begin(), session.end());
      medians.push_back(std::log(median_of(session)));
    }
    calibration.sessions = static_cast<int>(medians.size());
    calibration.comparisons = calibration.sessions;
    calibration.pairs = static_cast<int>(pairs.size());
    if (medians.size() >= 2) calibration.session_spread = stats::standard_deviation(medians);
    calibration.detectable = smallest_detectable(pairs, cases.size(), rule);
  }
  return found;
}

std::optional<double> alarm_bound(int alarms, int comparisons) {
  if (comparisons == 0) return std::nullopt;
  return stats::upper_bound_of_rate(alarms, comparisons);
}

SuiteCalibration suite_calibration(std::span<const Calibration> calibrations) {
  SuiteCalibration suite;
  std::vector<double> detectable;
  for (const Calibration& one : calibrations) {
    ++suite.cases;
    suite.sessions = std::max(suite.sessions, one.sessions);
    suite.comparisons += one.comparisons;
    suite.alarms += one.alarms;
    suite.alarmed_sessions = std::max(suite.alarmed_sessions, one.alarmed_sessions);
    if (one.detectable) detectable.push_back(*one.detectable);
    if (one.session_spread)
      suite.worst_spread = std::max(suite.worst_spread.value_or(0), *one.session_spread);
  }
  suite.alarm_bound = alarm_bound(suite.alarms, suite.comparisons);
  suite.alarmed_session_bound = alarm_bound(suite.alarmed_sessions, suite.sessions);
  if (!detectable.empty()) suite.median_detectable = stats::median(detectable);
  if (!detectable.empty() && detectable.size() == calibrations.size())
    suite.worst_detectable = *std::max_element(detectable.begin(), detectable.end());
  return suite;
}

std::optional<double> session_margin(const Calibration& calibration, double level) {
  if (!calibration.session_spread || !(*calibration.session_spread >= 0) || calibration.sessions < 2)
    return std::nullopt;
  const double t = stats::student_quantile(1 - level / 2, calibration.sessions - 1);
  return std::expm1(t * *calibration.session_spread * std::sqrt(2.0));
}

}  // namespace assay

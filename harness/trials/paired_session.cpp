// SPDX-License-Identifier: Apache-2.0
#include "harness/trials/paired_session.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "harness/core/value.h"

namespace assay::trials {

namespace {

std::vector<PairedCase> evidence_of(const std::vector<Measured>& cases) {
  std::vector<PairedCase> evidence;
  evidence.reserve(cases.size());
  for (const Measured& measured : cases) evidence.push_back(measured.evidence);
  return evidence;
}

}  // namespace

double Spent::left_s() const {
  return budget_s > 0 ? budget_s - took_s : std::numeric_limits<double>::infinity();
}

PairedSession::PairedSession(std::vector<Measured>& cases, const SuiteRule& rule,
                             const TrialSettings& settings, int number, const Measurer& measure,
                             const TrialHooks& hooks, Spent& spent)
    : cases_(cases),
      rule_(rule),
      settings_(settings),
      number_(number),
      measure_(measure),
      hooks_(hooks),
      spent_(spent),
      random_(settings.seed + static_cast<std::uint64_t>(number) * 0x9e3779b97f4a7c15),
      judge_(evidence_of(cases), rule) {
  lots_.resize(cases_.size());
  std::iota(lots_.begin(), lots_.end(), std::size_t{0});
  lots_ = shuffled(std::move(lots_));
}

void PairedSession::run() {
  look();
  while (!interrupted_) {
    std::vector<std::size_t> batch = affordable();
    if (batch.empty()) return;
    measure_batch(std::move(batch));
    look();
  }
}

/// Fisher and Yates; the same on every machine, which std::shuffle is not.
std::vector<std::size_t> PairedSession::shuffled(std::vector<std::size_t> items) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random_() % i]);
  return items;
}

std::vector<std::size_t> PairedSession::still_measuring() const {
  std::vector<std::size_t> indices;
  for (const std::size_t i : lots_) {
    if (cases_[i].measuring) indices.push_back(i);
  }
  return indices;
}

/// What measuring the alarms so far once more will take.
double PairedSession::reserved_s() const {
  if (!settings_.rerun || number_ != 0) return 0;
  double seconds = 0;
  for (const Measured& measured : cases_) {
    if (measured.judgement.is_alarm()) seconds += measured.took_s;
  }
  return seconds;
}

/// Cases whose next batch the budget pays for, in the order of the lots; the others end.
std::vector<std::size_t> PairedSession::affordable() {
  double left = spent_.left_s() - reserved_s();
  std::vector<std::size_t> chosen;
  for (const std::size_t i : still_measuring()) {
    const double cost = cases_[i].pair_s() * rule_.batch;
    if (left > 0 && cost <= left) {
      left -= cost;
      chosen.push_back(i);
    } else {
      end(cases_[i], Ending::budget);
    }
  }
  return chosen;
}

void PairedSession::measure_batch(std::vector<std::size_t> batch) {
  for (int pairs = 0; pairs < rule_.batch; pairs += 2) {
    batch = shuffled(std::move(batch));
    for (const std::size_t i : batch) {
      Measured& measured = cases_[i];
      if (!measured.measuring) continue;
      if (2 * measured.pair_s() > spent_.left_s() || !(spent_.left_s() > 0)) {
        end(measured, Ending::budget);
        continue;
      }
      measure_block(measured);
      if (!interrupted_) continue;
      for (Measured& each : cases_) {
        if (each.measuring) end(each, Ending::interrupted);
      }
      return;
    }
  }
}

/// Two pairs, each with a coin of its own: whatever the host does to the four launches then favours either
/// side equally often, pair by pair. Opposite orders (ABBA) would tie the signs of the two together, and a
/// disturbance of the launches in the middle would count twice.
void PairedSession::measure_block(Measured& measured) {
  constexpr int pairs = 2;
  for (int i = 0; i < pairs; ++i) {
    if (measured.measuring && !interrupted_ &&
        std::cmp_less(measured.evidence.pairs.size(), rule_.most_pairs))
      measure_pair(measured, (random_() >> 63) == 0);
  }
}

void PairedSession::measure_pair(Measured& measured, bool base_first) {
  const Side first = base_first ? Side::base : Side::candidate;
  const Side second = base_first ? Side::candidate : Side::base;
  LaunchOutcome one = launch(measured, first);
  if (interrupted_ || !one.value) {
    ++measured.tried;
    return;
  }
  LaunchOutcome other = launch(measured, second);
  ++measured.tried;
  if (interrupted_ || !other.value) return;
  if (!base_first) std::swap(one, other);
  measured.evidence.pairs.push_back({*one.value, *other.value, one.cycles, other.cycles});
  if (measured.evidence.tail) measured.tally.add(one.requests_ns, other.requests_ns);
}

/// One launch, counted; asks first whether to stop. A value that cannot be one is none.
LaunchOutcome PairedSession::launch(Measured& measured, Side side) {
  if (hooks_.stop && hooks_.stop()) {
    interrupted_ = true;
    return {};
  }
  LaunchOutcome outcome = measure_({measured.index, side, measured.tried, number_});
  if (outcome.value && !(*outcome.value > 0 && std::isfinite(*outcome.value))) {
    outcome.reason = "its value is no positive number: " + shortest(*outcome.value);
    outcome.value.reset();
  }
  const auto usable = [](std::optional<double>& cycles) {
    if (cycles && !(*cycles > 0 && std::isfinite(*cycles))) cycles.reset();
  };
  usable(outcome.cycles);
  measured.took_s += outcome.took_s;
  measured.trial->took_s += outcome.took_s;
  ++measured.trial->launches;
  spent_.took_s += outcome.took_s;
  ++spent_.launches;
  int& failed = measured.failed_running[side == Side::base ? 0 : 1];
  failed = outcome.value ? 0 : failed + 1;
  if (!outcome.value) {
    ++measured.trial->failed_launches;
    measured.trial->last_failure = outcome.reason;
    if (failed > settings_.failures_allowed) {
      measured.evidence.failure = std::string(side == Side::base ? "the base" : "the new side") +
                                  " failed in " + std::to_string(failed) +
                                  " launches one after the other: " + outcome.reason;
      end(measured, Ending::failed);
    }
  }
  if (hooks_.after_launch) {
    hooks_.after_launch({measured.index, number_, static_cast<int>(measured.evidence.pairs.size()),
                         still_measuring().size(), spent_.launches, spent_.took_s});
  }
  return outcome;
}

void PairedSession::end(Measured& measured, Ending ending) {
  measured.measuring = false;
  measured.ending = ending;
}

void PairedSession::look() {
  for (Measured& measured : cases_) {
    if (measured.evidence.tail) measured.evidence.tail = measured.tally.counts();
  }
  const std::vector<CaseJudgement> judged = judge_.judge(evidence_of(cases_));
  for (std::size_t i = 0; i < cases_.size(); ++i) {
    Measured& measured = cases_[i];
    measured.judgement = judged[i];
    if (!measured.measuring) continue;
    const bool all_decided = judged[i].paired.decided && (!judged[i].tail || judged[i].tail->decided);
    if (!settings_.to_the_end && !judged[i].wants_more()) {
      end(measured, all_decided ? Ending::decided : Ending::futile);
    } else if (std::cmp_greater_equal(measured.evidence.pairs.size(), rule_.most_pairs) ||
               measured.tried >= 2 * rule_.most_pairs) {
      end(measured, Ending::most_pairs);
    }
  }
}

}  // namespace assay::trials

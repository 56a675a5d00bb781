// SPDX-License-Identifier: Apache-2.0
#include "harness/trials/capacity.h"

#include <algorithm>
#include <cmath>

namespace assay::trials {

namespace {

constexpr double smallest_share_of_start = 1e-6;

double next_value(const CapacityOutcome& at, const CapacitySettings& settings, double last) {
  double value = last;
  if (at.low > 0 && at.high) {
    value = std::sqrt(at.low * *at.high);
  } else {
    value = at.high ? *at.high / 2 : at.low * 2;
  }
  return settings.whole ? std::max(1.0, std::round(value)) : value;
}

}  // namespace

CapacityOutcome find_capacity(const CapacityProbe& probe, const CapacitySettings& settings,
                              const std::function<bool()>& stop) {
  CapacityOutcome outcome;
  double value = settings.whole ? std::max(1.0, std::round(settings.start)) : settings.start;
  for (int probes = 0; probes < settings.most_probes; ++probes) {
    Fit fit = Fit::undecided;
    int launches = settings.launches;
    for (;; launches *= 2) {
      fit = probe(value, launches);
      if (stop && stop()) return outcome;
      if (fit != Fit::undecided || launches * 2 > settings.most_launches) break;
    }
    outcome.steps.push_back({value, launches, fit});
    if (fit == Fit::not_measured) return outcome;
    if (fit == Fit::pass) {
      outcome.low = value;
    } else {
      outcome.high = value;
      outcome.high_undecided = fit == Fit::undecided;
    }
    const bool bracketed = outcome.low > 0 && outcome.high;
    outcome.found = bracketed && (*outcome.high <= outcome.low * (1 + settings.precision) ||
                                  (settings.whole && *outcome.high - outcome.low <= 1));
    const double next = next_value(outcome, settings, value);
    const bool nowhere = next == value || next < settings.start * smallest_share_of_start;
    if (outcome.found || nowhere) return outcome;
    value = next;
  }
  return outcome;
}

}  // namespace assay::trials

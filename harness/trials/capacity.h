// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "harness/judge/fitness.h"

/// The search for the largest value (requests a second, streams, a parameter) that keeps a limit. What a
/// probe is, is not known here.
namespace assay::trials {

struct CapacitySettings {
  double start = 1;         ///< the first value tried; above 0
  double precision = 0.05;  ///< it ends when the first value that does not keep the limit is so near the last
  int most_probes = 12;     ///< values tried
  int launches = 6;         ///< of a probe
  int most_launches = 24;   ///< of one that stays undecided, doubling
  bool whole = false;       ///< values are whole numbers
};

/// `pass`: it keeps the limit with the whole interval; `fail`: with none of it; not_measured ends the search.
using CapacityProbe = std::function<Fit(double value, int launches)>;

struct CapacityStep {
  double value = 0;
  int launches = 0;  ///< of the probe that counted
  Fit fit = Fit::undecided;
};

struct CapacityOutcome {
  double low = 0;               ///< the largest value that keeps the limit; 0: none did
  std::optional<double> high;   ///< the smallest one tried above that does not surely keep it
  bool high_undecided = false;  ///< that one stayed undecided: its limit is met about there
  bool found = false;           ///< high / low - 1 <= precision
  std::vector<CapacityStep> steps;
};

/// Doubles or halves from `start` until the capacity lies between two values, then halves their distance on a
/// logarithmic scale. A probe that is undecided is made again with twice the launches; one that stays so
/// counts as not kept: what is reported low is sure. `stop`: end now (the probe under way does not count).
CapacityOutcome find_capacity(const CapacityProbe& probe, const CapacitySettings& settings,
                              const std::function<bool()>& stop = {});

}  // namespace assay::trials

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/trials/paired_trial.h"

/// A host that does not exist, with noise of known kinds, as the measurer of a real trial. Everything is
/// relative (0.01 is 1 %) and multiplies the time of a launch.
namespace assay::tests {

struct Noise {
  std::string name;
  double sample = 0.008;  ///< sd of one repeat within a launch; a launch's value is the median of three
  double drift = 0;       ///< sd of a slow drift of the host from launch to launch: AR(1), rho 0.98
  double spikes = 0;      ///< share of repeats that are disturbed, by `spike` in the mean (exponential)
  double spike = 0.15;
  double launch_offset = 0;  ///< sd of what a launch's start decides for all its repeats
  double layout_shift = 0;   ///< sd of what the new binary's layout does to a case; its code is the same
  double hog = 0;            ///< somebody else on the CPU whenever the new side runs
  double clock_cap = 0;      ///< by which the clock is lower whenever the new side runs
  int burst_every = 0;       ///< launches from the beginning of a burst to the next's
  int burst_length = 0;
  int burst_phase = 0;  ///< launches by which the first comes earlier
  double burst = 0.2;
  int step_after = 0;  ///< launches, then everything is slower
  double step = 0.1;
  bool cycles = false;  ///< counted: what is not in the code (drift, hog, clock, bursts, step) is not in them
};

/// What single requests do: their times, and stalls that come in launches by chance.
struct Requests {
  int per_launch = 0;           ///< 0: no single requests
  double stall_share = 0;       ///< of the new side's requests, more than of the base's
  double correlated_share = 0;  ///< mean share of stalled requests in a launch of either side; it varies from
                                ///< launch to launch by an exponential factor
};

/// splitmix64 (Steele, Lea and Flood, OOPSLA 2014); normal values by Box and Muller.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  double uniform();  ///< in (0, 1)
  double normal();
  double exponential();

 private:
  std::uint64_t state_;
  double spare_ = 0;
  bool has_spare_ = false;
};

class SimulatedHost {
 public:
  /// `slowdowns`: of the new side, one a case: 0.05 is 5 % more time.
  SimulatedHost(const Noise& noise, const Requests& requests, std::vector<double> slowdowns,
                std::uint64_t seed);
  trials::LaunchOutcome operator()(const trials::LaunchOrder& order);  ///< takes 1 s

 private:
  std::vector<double> requests(bool candidate, double level);

  Noise noise_;
  Requests requests_;
  std::vector<double> slowdowns_;
  std::vector<double> layout_;  ///< by case
  Random random_;
  double drift_ = 0;
  int launches_ = 0;
};

/// Noise that pairing, cycles or the machine code see through, and one kind that nothing sees.
std::vector<Noise> visible_noise();
Noise rough_noise();
Noise bursts_in_every_block(int length);  ///< in step with the loop: no false alarm, and little power
Noise unseen_hog();

/// What came of many suites.
struct SuiteCounts {
  int suites = 0;
  int unchanged = 0;             ///< cases that did not change
  int wrong = 0;                 ///< of them, `slower` or `faster` on time
  int tail_wrong = 0;            ///< the same of their tail
  int alarmed_suites = 0;        ///< with any of these
  int wrong_first = 0;           ///< cases, either rule, before alarms were measured again
  int alarmed_suites_first = 0;  ///< suites, likewise
  int same = 0;                  ///< of the unchanged
  int undecided = 0;
  int blamed = 0;  ///< of the undecided: on clock or layout
  int changed = 0;
  int found = 0;        ///< of them, `slower` on time
  int found_first = 0;  ///< `slower` on time or in the tail before they were measured again
  int tail_found = 0;   ///< `slower` in the tail
  double launches = 0;  ///< of a side: mean of all cases, both sessions
  double launches_of_changed = 0;
  double longest_s = 0;  ///< of a trial
};

struct SuiteShape {
  int cases = 100;
  int changed = 0;      ///< the first of them
  double slowdown = 0;  ///< of these
  Requests requests{};
  bool requests_change = false;  ///< `stall_share` is the changed cases' alone
  double smallest_effect = 0.0075;
  double budget_s = 0;
};

/// The real trial loop and judge, `suites` times, each with seeds of its own.
SuiteCounts simulate(const Noise& noise, const SuiteShape& shape, int suites, std::uint64_t seed);

}  // namespace assay::tests

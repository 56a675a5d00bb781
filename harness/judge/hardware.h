// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/judge/efficiency.h"
#include "harness/judge/fitness.h"
#include "harness/judge/ranking.h"

/// Which machine for this work: what is asked, and all that the answer says. Made by answers/hardware.h.
namespace assay {

/// A run that tells something of a host.
struct HardwareRun {
  std::string id;
  std::int64_t started_utc_ms = 0;
  std::string assay_version;
  std::string command;  ///< the command line, without home folders and host names
  std::string suite;
  std::uint64_t seed = 1;
};

/// A host as the report knows it.
struct Machine {
  std::string name;  ///< its runs' label `host`, else the host's name or pseudonym; unique in the report
  std::string class_id;
  std::vector<std::string> names;  ///< all that it answers to: label, name, pseudonym, class
  std::map<std::string, std::string>
      facts;                      ///< class, environment, compiler, Assay's version, devices' models
  std::vector<HardwareRun> runs;  ///< the newest first; those that a result was taken from
  std::int64_t launches = 0;      ///< valid ones behind the results
  std::int64_t contended = 0;     ///< of these
};

/// What is asked beside the sources. `today` is for the age of prices.
struct HardwareQuestion {
  Represent represent = Represent::best_verified;
  std::vector<Selector> named;  ///< Represent::named: the first that a host has
  Requirements requirements;    ///< may be empty
  Weights weights;
  Prices prices;
  std::string reference;  ///< a host; empty: the first of the sources
  Day today{};
};

struct HardwareCaveat {
  std::string code;  ///< stable: "few_launches"
  std::string text;  ///< one sentence
};

struct RequirementAnswer {
  Requirement requirement;
  std::vector<HostFitness> hosts;  ///< in the order of machines
};

/// A task that does not count in the ranking.
struct TaskLeftOut {
  std::string task;
  std::string reason;  ///< "cloud-b: it was not measured there"
};

struct HardwareAnswer {
  std::vector<Machine> machines;
  Represent represent = Represent::best_verified;
  std::vector<RequirementAnswer> requirements;
  std::vector<Task> tasks;          ///< of all machines; its rows are those of the Hardware that answered
  std::vector<std::size_t> ranked;  ///< machines; the ranking's hosts are places in this list
  std::optional<Ranking> ranking;
  std::string no_ranking;  ///< why there is none
  std::vector<TaskLeftOut> left_out;
  std::vector<Efficiency> efficiency;
  std::vector<ParetoPlace> price_front,
      energy_front;  ///< of the ranked machines; empty: `no_..._front` says why
  /// What the fronts stand on, of the ranked machines: the price of an hour in `currency`; joules of the
  /// tasks that all have, as a weighted geometric mean, with the ends of their intervals.
  std::vector<std::optional<Cost>> price_costs, energy_costs;
  std::string currency;
  std::string no_price_front, no_energy_front;
  std::vector<HardwareCaveat> caveats;
  std::map<std::string, std::vector<std::string>> differences;  ///< facts that differ: by machine; "" unknown

  /// Of all requirements together. Without any: not_measured.
  Fit fit(std::size_t machine) const;
};

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/selector.h"
#include "harness/judge/paired.h"

namespace assay {

/// A day as policies write it and reports show it: "2026-12-31".
struct Day {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
  friend auto operator<=>(const Day&, const Day&) = default;
};
std::string to_string(Day day);
Day day_of(std::int64_t utc_ms);

/// What is left out, or let pass, and for how long.
struct Waiver {
  Selector select;
  std::string reason;
  std::optional<Day> until;     ///< the last day on which it holds; none: the file says "never"
  std::optional<double> worst;  ///< of an acknowledgement: the ratio down to which it holds; empty: any
  bool holds(Day today) const { return !until || today <= *until; }
};

/// What differs for some cases; a later rule takes the place of an earlier one.
struct PolicyRule {
  Selector select;
  std::string metric;  ///< the exact metric that `exact_effect` is for; empty: all of them
  std::optional<double> effect, tail_effect, exact_effect;
  std::optional<bool> undecided_fails;
};

inline constexpr int most_launches_of_a_policy = 900;  ///< largest `most_launches`: launches of a side

/// When a gate fails. Read from a TOML file; what a file does not say is as here.
struct Policy {
  std::string origin;              ///< its file; empty: the defaults
  std::string text;                ///< the file as it was read
  SuiteRule budget{};              ///< error budgets, most launches of a side
  double effect = 0.0075;          ///< smallest change of a median that is of interest, relative
  double tail_effect = 0.005;      ///< smallest change of the share of slow requests that is of interest
  bool median = true;              ///< judge medians
  bool tail = false;               ///< judge the share of slow requests
  bool rerun = true;               ///< measure alarms once more
  std::vector<std::string> exact;  ///< exact metrics that are judged: "callgrind.instructions"
  double exact_effect =
      0.0005;  ///< largest relative change of an exact metric that passes: 0.1 % more never does
  bool undecided_fails = false;
  bool missing_fails = false;      ///< a case that the base has and the new side has not
  double max_undecided = 0.5;      ///< share of the judged cases; more of them, and the gate is dead
  std::vector<Selector> required;  ///< each matches a case with a valid verdict, or the gate is dead
  std::vector<PolicyRule> rules;
  std::vector<Waiver> skips, acknowledgements;
};

/// A policy from the text of a TOML file. Shares are texts ("0.5%") or numbers (0.005). \throws
/// Error{bad_input} with `origin`, line and key, and the closest key where one is not known.
Policy parse_policy(std::string_view toml, const std::string& origin);

double effect_of(const Policy& policy, const Case& value, const Params& params);
double tail_effect_of(const Policy& policy, const Case& value, const Params& params);
double exact_effect_of(const Policy& policy, const std::string& metric, const Case& value,
                       const Params& params);
bool undecided_fails(const Policy& policy, const Case& value, const Params& params);
/// The first that matches and holds, else the first that matches; nullptr: none.
const Waiver* find_waiver(const std::vector<Waiver>& waivers, const Case& value, const Params& params,
                          Day today);

}  // namespace assay

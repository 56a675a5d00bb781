// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace assay {

/// What measuring a case against itself (`assay calibrate`) showed about one metric of it on hosts of one
/// class. Kept in the database; gates and the doctor read the newest.
struct Calibration {
  std::string host_class_id;  ///< Host::class_id()
  std::string case_key;       ///< canonical text
  std::string metric = "time.wall.p50";
  std::string run;  ///< UUID of the run whose launches it was worked out from
  std::int64_t at_utc_ms = 0;
  int judge = 0;             ///< version of the rule of pairs that was asked
  int cases = 0;             ///< calibrated together: they share the suite's error budget
  int most_pairs = 0;        ///< up to which `detectable` holds: launches of a side that a policy allows
  int sessions = 0;          ///< with pairs
  int pairs = 0;             ///< of all sessions
  int comparisons = 0;       ///< sessions that the rule was asked about
  int alarms = 0;            ///< of them, `slower` or `faster`: all of them false
  int alarmed_sessions = 0;  ///< with an alarm of any case that was calibrated with it
  std::optional<double> session_spread{};  ///< standard deviation of the logarithms of session medians;
                                           ///< absent with fewer than 2 sessions
  std::optional<double> detectable{};  ///< smallest relative change that the rule shows in 80 % of trials;
                                       ///< absent with too few pairs, or where not even 100 % is shown
  friend bool operator==(const Calibration&, const Calibration&) = default;
};

}  // namespace assay

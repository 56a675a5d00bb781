// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/judge/fitness.h"

namespace assay {

/// What a host's work costs, in one task. Energy is measured or absent, never derived from a data sheet.
struct Efficiency {
  std::size_t host = 0;
  std::string task;
  std::string case_key;
  std::string unit;  ///< of work: "tokens"
  std::optional<double> rate, rate_low,
      rate_high;  ///< units of work a second, at the limit where there is one
  std::optional<double> cost, cost_low, cost_high;  ///< of a million units, in `currency`
  std::string currency;
  std::optional<double> joules, joules_low, joules_high;  ///< of a unit
  std::string scope;                                      ///< of the meter
  std::string note;  ///< why something is absent, or at what limit the rate is
};

/// Cost of a million units of work: price of an hour / (units a second * 3600) * 1e6.
double cost_of_a_million(double price_per_hour, double units_per_s);

/// One of a host and the row that stands for it. Where `fit` is the answer of a requirement of latency or
/// throughput on that very task, the rate stands only if it is a pass: what does not keep the limit costs
/// nothing that anybody wants. `capacity` takes the place of the back-to-back rate.
Efficiency efficiency_of(std::size_t host, const std::string& task, const ResultRow& row, const Price* price,
                         const Fitness* fit);

}  // namespace assay

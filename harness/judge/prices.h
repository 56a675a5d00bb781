// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/policy.h"

namespace assay {

/// What a host costs, and who says so.
struct Price {
  std::string host;  ///< pattern of names or host classes, '*' allowed
  double amount = 0;
  std::string currency;
  bool to_buy = false;        ///< else for an hour
  double lifetime_hours = 0;  ///< to_buy
  Day date;                   ///< of the price
  std::string source;
  /// For an hour in which it is used from end to end; bought, the price over the lifetime.
  double per_hour() const { return to_buy ? amount / lifetime_hours : amount; }
};

struct Prices {
  std::string origin;
  std::vector<Price> all;  ///< of a host the first that matches one of its names
};

/// From the text of a TOML file:
///
///     [[price]]
///     host = "cloud-a"          # as `assay report hardware` calls it, or its host class
///     amount = 1.20
///     currency = "EUR"
///     per = "hour"              # or to_buy = true with lifetime = "3y"
///     date = 2026-11-01
///     source = "the offer of 1 November"
///
/// \throws Error{bad_input} with `origin`, line and key.
Prices parse_prices(std::string_view toml, const std::string& origin);

/// nullptr: none is known.
const Price* price_of(const Prices& prices, const std::vector<std::string>& names);

/// From one day to the other; negative where `to` is earlier.
int days_between(Day from, Day to);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace assay::chart {

/// What a value is, hence how people write it. Values are always in the base: seconds, bytes, a fraction.
struct Unit {
  enum class Kind : unsigned char {
    plain,    ///< 0.25, 1200, 1e+09; `symbol` may follow: "12 rows"
    si,       ///< 1.2 Gop/s: SI prefixes before `symbol`
    seconds,  ///< 4.21 ms; `symbol` unused
    bytes,    ///< 64 KiB; for capacities (bandwidth is `si` with "B/s")
    ratio,    ///< 1.12×
    percent,  ///< 0.05 is 5 %
  };
  Kind kind = Kind::plain;
  std::string symbol;
};

/// A unit's multiple as it is written: 1e-3 and " ms".
struct Multiple {
  double factor = 1;
  std::string suffix;
};

/// The multiple in which `magnitude` reads best (the largest that is not greater).
Multiple multiple_of(double magnitude, const Unit& unit);

/// Never the locale's business, no negative zero; at most 17 decimals.
std::string fixed(double value, int decimals);

/// "4.21 ms", "64 KiB", "1.12×", "12.5 %", "1e+30 op/s": `digits` significant digits, no trailing zeros. What
/// is not finite is "n/a".
std::string quantity(double value, const Unit& unit, int digits = 3);

/// "41.2 ms [40.9, 41.8]": one multiple and as many decimals for all three as the value's three digits need,
/// or, where the interval is narrower, as show its width (at most three more). All finite.
std::string quantity_with_interval(double value, double low, double high, const Unit& unit);

}  // namespace assay::chart

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace assay::stats {

/// A unit as a product of powers of words, with the factor to the coherent unit: `ns` is 1e-9 of {s: 1}.
/// Words are free (`cycle`, `slot`, `byte`), so that a formula which adds cycles to instructions is refused.
/// `count` and `ratio` have no words.
struct Unit {
  double factor = 1;
  std::map<std::string, int> powers{};  ///< without zeros

  friend bool operator==(const Unit&, const Unit&) = default;
  bool same_kind(const Unit& other) const { return powers == other.powers; }
};

/// "byte/s", "instruction/cycle", "byte*cycle/s", "1/s", "Hz", "ns", "ratio". One '/' at most; what follows
/// it divides. \throws Error{bad_input} on anything else.
Unit parse_unit(const std::string& text);

Unit operator*(const Unit& left, const Unit& right);
Unit operator/(const Unit& left, const Unit& right);

/// The powers alone: "byte/s", "ratio" when there are none.
std::string to_string(const Unit& unit);

}  // namespace assay::stats

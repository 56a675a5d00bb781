// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/core/reading.h"
#include "harness/stats/unit.h"

namespace assay::stats {

/// A derived metric's formula: numbers, names, + - * / ( ) min(a, b) max(a, b). A number may carry a unit in
/// brackets: `64[byte/line] * fills / time`. Names are those of a metric group's events: letters, digits,
/// `_`, `.`.
///
/// Stated once, in a file of collectors/groups; parsed, checked and evaluated here and nowhere else.
class Formula {
 public:
  /// At most 1000 characters. \throws Error{bad_input} with the column and what was expected there.
  explicit Formula(const std::string& text);
  Formula(Formula&&) noexcept;
  Formula& operator=(Formula&&) noexcept;
  ~Formula();

  const std::string& text() const { return text_; }
  /// Every name in it, once, in order of appearance.
  std::vector<std::string> names() const;

  /// The unit that comes out, with factor 1: evaluate() computes in coherent units. \throws Error{bad_input}
  /// where units differ that are added or compared, and what `unit_of` throws.
  Unit unit(const std::function<Unit(const std::string& name)>& unit_of) const;

  /// The value as a reading of `metric` in `unit`, from readings in units of their own. Missing stays
  /// missing: the first operand without a value, from the left, gives state and reason; a division by zero
  /// comes after its operands, and is not_counted. The result is `scaled` when an operand is; its coverage is
  /// the lowest of them, 0 where there is no value. \throws Error{bad_input} where `unit`, or the unit of a
  /// reading with a value, is none, and what `reading_of` throws.
  Reading evaluate(const std::string& metric, const std::string& unit,
                   const std::function<Reading(const std::string& name)>& reading_of) const;

  struct Node;

 private:
  std::string text_;
  std::unique_ptr<Node> root_;
};

}  // namespace assay::stats

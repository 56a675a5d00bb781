// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace assay {

/// A parameter of a case. Reals print shortest round-trip, so text and value are interchangeable.
using Value = std::variant<std::int64_t, double, std::string>;

/// Sorted by key: the order of canonical text.
using Params = std::map<std::string, Value>;

/// "4096", "0.5", "q4_0" (no escaping). A real with an integral value keeps its point: "2.0".
std::string to_string(const Value& value);

/// The inverse of to_string: an integer or a real where exactly this text is printed for it, else a string.
Value parse_value(std::string_view text);

/// The finite number that the whole text is, in any spelling ("1e6", "007", "2."); empty when it is none.
std::optional<double> parse_real(std::string_view text);

/// Shortest text that reads back as the same double; "nan", "inf", "-inf" for the others.
std::string shortest(double value);
/// "12.345 ms", to the microsecond.
std::string milliseconds_text(std::int64_t ns);

/// Typed access. \throws Error{usage} naming the key when it is absent or of another type
/// (an integer is accepted where a real is asked for).
std::int64_t get_integer(const Params& params, const std::string& key);
double get_real(const Params& params, const std::string& key);
std::string get_text(const Params& params, const std::string& key);

}  // namespace assay

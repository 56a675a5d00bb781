// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "harness/core/value.h"

namespace assay {

/// A case: one implementation of one task on one device. Its canonical text is its identity everywhere:
///
///     llm.gemv/simd?cols=4096&dtype=q4_0&rows=4096&threads=1@cpu
///
/// Keys are sorted; a parameter at its default is left out (see canonical() in harness/core/workload.h, which
/// knows the defaults); other bytes than [A-Za-z0-9._~:-] are %XX in names and values.
struct Case {
  std::string workload;        ///< "llm.gemv", family before the first point
  std::string implementation;  ///< "simd"
  Params params;               ///< includes the reserved keys: v, threads, input, load, cache
  std::string device = "cpu";  ///< "cpu", "cuda:0"

  friend bool operator==(const Case&, const Case&) = default;
};

/// Canonical text of the parameters as they stand (nothing is left out here).
std::string to_string(const Case& value);

/// The inverse of to_string. \throws Error{usage} that shows the text and what is missing in it.
Case parse_case(std::string_view text);

/// Keys that no workload may use for a parameter of its own.
bool is_reserved_key(std::string_view key);

/// %XX for every byte outside [A-Za-z0-9._~:-]; decode() throws Error{usage} on a broken escape.
std::string percent_encode(std::string_view text);
std::string percent_decode(std::string_view text);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/workload.h"

namespace assay {

/// A pattern over cases, written like canonical text:
///
///     llm.gemv/*?rows=1024..8192*2&dtype=q4_0|q8_0@cpu
///
/// Names may hold '*' (any run of characters); a parameter is a list a|b|c whose items are values, '*', or
/// sweeps lo..hi*factor and lo..hi+step (both ends included). `preset=NAME` stands for the parameters of that
/// preset. Omitted parts match all.
struct Selector {
  std::string text;  ///< as written, for messages
  std::string workload = "*";
  std::string implementation = "*";
  std::string device = "*";
  std::map<std::string, std::vector<std::string>>
      params;  ///< key -> items, sweeps already expanded to values
};

/// \throws Error{usage} that shows where the text is wrong. A sweep of more than 10,000 values is refused.
Selector parse_selector(std::string_view text);

/// True when the pattern, which may hold '*', matches the whole text.
bool glob_match(std::string_view pattern, std::string_view text);

/// Whether the text as it was given is the name of that workload, slashes and all: foreign benchmarks are
/// called `google_benchmark.BM_Sort/64`, and nobody writes %2F.
bool names_whole(const Selector& selector, const std::string& workload);

/// Does a stored case match? Parameters that the case leaves out (they are at their default) match what the
/// selector says only through `defaults`, which may be empty when the definition is not known.
bool matches(const Selector& selector, const Case& value, const Params& defaults = {});

/// The cases of one workload that the selector plans: every combination of its lists; parameters that it does
/// not name stay at their default. Empty when names do not match. \throws Error{usage} on unknown parameters
/// or presets.
std::vector<Case> expand(const Selector& selector, const Workload& workload);

}  // namespace assay

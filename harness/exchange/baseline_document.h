// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/policy.h"
#include "harness/judge/result.h"

namespace assay {

/// Frozen results of one run: what `assay baseline save` writes and a gate compares with. One file, to be
/// read in a review: launch values, no raw samples, no host's name.
struct Baseline {
  std::string name;
  std::string run;  ///< UUID of the run that it was taken from
  Day measured;
  std::string assay_version;
  std::map<std::string, std::string> host_class;  ///< as Host::host_class: times compare within it alone
  std::vector<ResultRow> rows;  ///< valid results by case: identity, facts, launch medians, exact metrics
};

/// schema_version 1, two-space indented, cases in order of their text: equal results give equal bytes. Times
/// have five significant digits.
std::string to_baseline_json(const Baseline& baseline);

/// `where`: of the text, for errors. \throws Error{bad_input} with the byte or the field that is wrong.
Baseline read_baseline_json(std::string_view text, const std::string& where);

}  // namespace assay

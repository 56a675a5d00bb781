// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/protocol/agree.h"
#include "harness/protocol/check.h"

/// Inside of the check: what must be the same for all implementations of a workload.
namespace assay::protocol {

/// What one implementation made of its case, for the rules that hold between implementations.
struct Seen {
  std::string name;
  std::string device;
  std::string input_digest;  ///< empty when it said none
  Work work;
  std::string accuracy;
  std::vector<Output> outputs;  ///< as a run asks for them; empty when it gave none
  std::vector<Output> values;   ///< integers by value, too, as a run asks the reference
};

/// Adds its rows to `results`. Pure.
void check_together(const Definition& definition, const std::vector<Seen>& all,
                    std::vector<CheckResult>& results);

}  // namespace assay::protocol

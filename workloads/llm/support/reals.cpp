// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/support/reals.h"

#include "harness/core/error.h"

namespace assay::llm {

std::size_t counted(const Params& params, const std::string& key, std::int64_t least, std::int64_t most) {
  const std::int64_t value = get_integer(params, key);
  if (value >= least && value <= most) return static_cast<std::size_t>(value);
  throw Error(ErrorCode::usage, "parameter " + key + " is " + std::to_string(value),
              "choose " + std::to_string(least) + " to " + std::to_string(most));
}

}  // namespace assay::llm

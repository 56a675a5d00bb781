// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/run_inputs.h"

#include "harness/core/error.h"

namespace assay::cli {

std::vector<run::BoundInput> bind_inputs(const std::vector<std::string>& options,
                                         const std::vector<run::WorkerInfo>&, const Terminal&) {
  if (!options.empty()) throw Error(ErrorCode::unavailable, "real inputs come next");
  return {};
}

}  // namespace assay::cli

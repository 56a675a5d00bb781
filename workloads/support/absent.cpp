// SPDX-License-Identifier: Apache-2.0
#include "workloads/support/absent.h"

#include "harness/core/error.h"

namespace assay {

Implementation absent_simd(const std::string& accuracy) {
  Implementation row;
  row.name = "simd";
  row.accuracy = accuracy;
  row.probe = [] { return Probe::absent(ASSAY_HIGHWAY_REASON, ASSAY_HIGHWAY_REMEDY); };
  row.make = [](const Preparation&) -> std::unique_ptr<Instance> {
    throw Error(ErrorCode::unavailable, std::string("simd: ") + ASSAY_HIGHWAY_REASON, ASSAY_HIGHWAY_REMEDY);
  };
  return row;
}

}  // namespace assay

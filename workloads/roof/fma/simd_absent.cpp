// SPDX-License-Identifier: Apache-2.0
// Stands for simd.cpp in a build without Highway: the row stays, with the reason.
#include "workloads/roof/fma/fma.h"

namespace assay::roof_fma {

Implementation simd() {
  Implementation row;
  row.name = "simd";
  row.accuracy = "float";
  row.probe = [] { return Probe::absent(ASSAY_ABSENT_REASON, ASSAY_ABSENT_REMEDY); };
  row.make = [](const Preparation&) -> std::unique_ptr<Instance> {
    throw Error(ErrorCode::unavailable, std::string("roof.fma/simd: ") + ASSAY_ABSENT_REASON,
                ASSAY_ABSENT_REMEDY);
  };
  return row;
}

}  // namespace assay::roof_fma

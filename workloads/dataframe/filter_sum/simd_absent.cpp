// SPDX-License-Identifier: Apache-2.0
// Stands for simd.cpp in a build without Highway: the row stays, with the reason.
#include "workloads/dataframe/filter_sum/filter_sum.h"

namespace assay::filter_sum {

Implementation simd() {
  Implementation row;
  row.name = "simd";
  row.probe = [] { return Probe::absent(ASSAY_ABSENT_REASON, ASSAY_ABSENT_REMEDY); };
  row.make = [](const Preparation&) -> std::unique_ptr<Instance> {
    throw Error(ErrorCode::unavailable, std::string("dataframe.filter_sum/simd: ") + ASSAY_ABSENT_REASON,
                ASSAY_ABSENT_REMEDY);
  };
  return row;
}

}  // namespace assay::filter_sum

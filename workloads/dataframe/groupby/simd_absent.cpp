// SPDX-License-Identifier: Apache-2.0
// Stands for the simd files in a build without Highway: the row stays, with the reason.
#include "workloads/dataframe/groupby/groupby.h"

namespace assay::groupby {

Implementation simd(Query) {
  Implementation row;
  row.name = "simd";
  row.probe = [] { return Probe::absent(ASSAY_ABSENT_REASON, ASSAY_ABSENT_REMEDY); };
  row.make = [](const Preparation&) -> std::unique_ptr<Instance> {
    throw Error(ErrorCode::unavailable, std::string("dataframe.groupby/simd: ") + ASSAY_ABSENT_REASON,
                ASSAY_ABSENT_REMEDY);
  };
  return row;
}

}  // namespace assay::groupby

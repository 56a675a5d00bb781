// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/workload.h"

namespace assay::tinyml {

/// The row "simd" of a build without Highway: listed, with the reason and what to do about it.
inline Implementation absent_simd(const char* reason, const char* remedy) {
  Implementation row;
  row.name = "simd";
  row.probe = [reason, remedy] { return Probe::absent(reason, remedy); };
  row.make = [reason, remedy](const Preparation&) -> std::unique_ptr<Instance> {
    throw Error(ErrorCode::unavailable, reason, remedy);
  };
  return row;
}

}  // namespace assay::tinyml

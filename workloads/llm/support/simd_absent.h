// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/error.h"
#include "harness/core/workload.h"

namespace assay::llm {

/// The row of an implementation that needs Google Highway in a build without it. CMake gives reason and
/// remedy.
inline Implementation simd_absent() {
  Implementation i;
  i.name = "simd";
  i.accuracy = "q8";
  i.probe = [] { return Probe::absent(ASSAY_HIGHWAY_REASON, ASSAY_HIGHWAY_REMEDY); };
  i.make = [](const Preparation&) -> std::unique_ptr<Instance> {
    throw Error(ErrorCode::unavailable, ASSAY_HIGHWAY_REASON, ASSAY_HIGHWAY_REMEDY);
  };
  return i;
}

}  // namespace assay::llm

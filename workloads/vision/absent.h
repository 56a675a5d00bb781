// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/workload.h"

namespace assay::vision {

/// The row "simd" of a build without Highway: probed absent, with reason and remedy.
inline Implementation absent_simd(const char* accuracy) {
  Implementation i;
  i.name = "simd";
  i.accuracy = accuracy;
  i.doc = "not in this build";
  i.probe = [] {
    return Probe::absent(
        "built without Highway",
        "apt-get install libhwy-dev, then configure with -DASSAY_HIGHWAY=AUTO and build again");
  };
  i.make = [probe = i.probe](const Preparation&) -> std::unique_ptr<Instance> {
    throw Error(ErrorCode::unavailable, "simd: " + probe().reason, probe().remedy);
  };
  return i;
}

}  // namespace assay::vision

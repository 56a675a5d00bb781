// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/workload.h"

namespace assay::tinyml {

struct Path;

Definition conv2d_int8_definition();
Implementation conv2d_int8_reference();
Implementation conv2d_int8_simd();

/// The simd instance on one given path: tests run each. The path's probe must be present.
std::unique_ptr<Instance> make_conv2d_int8(const Preparation& preparation, const Path& path);

}  // namespace assay::tinyml

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/workload.h"

namespace assay::tinyml {

struct Path;

Definition kws_definition();
Implementation kws_reference();
Implementation kws_simd();

/// The simd instance on one given path: tests run each. The path's probe must be present.
std::unique_ptr<Instance> make_kws(const Preparation& preparation, const Path& path);

}  // namespace assay::tinyml

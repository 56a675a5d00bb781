// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/core/workload.h"

namespace assay {

/// The row `simd` of a build without Google Highway: it is listed, with the reason and what to do about it.
/// `accuracy`: the class that the real one has. What a workload's simd_absent.cpp returns.
Implementation absent_simd(const std::string& accuracy = "exact");

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace assay {

/// "avx3_dl" from hwy::TargetName()'s "AVX3_DL": what Instance::isa() reports. A Highway file says
/// `isa_name(hwy::TargetName(HWY_TARGET))` inside its HWY_NAMESPACE and calls that through
/// HWY_DYNAMIC_DISPATCH, so that the path named is the path taken.
std::string isa_name(std::string_view highway_target);

}  // namespace assay

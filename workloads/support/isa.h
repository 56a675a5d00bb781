// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay {

/// "avx3_dl" from hwy::TargetName()'s "AVX3_DL": what Instance::isa() reports. Where the CPU chooses how long
/// a vector is, its bits are part of the name, since they are part of every count: "sve256", "rvv128" (0:
/// left out). A Highway file says
/// `isa_name(hwy::TargetName(HWY_TARGET), hn::Lanes(hn::ScalableTag<std::uint8_t>()))` inside its
/// HWY_NAMESPACE and calls that through HWY_DYNAMIC_DISPATCH, so that the path named is the path taken.
std::string isa_name(std::string_view highway_target, std::size_t vector_bytes = 0);

}  // namespace assay

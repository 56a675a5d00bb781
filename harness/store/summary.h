// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "harness/store/store.h"

namespace assay::store_detail {

/// Per-call summary of the steady samples; absent when there is none.
std::optional<CallSummary> summarise(const Samples& samples);

/// Values that are not finite, and those observed before the first steady sample began, are left out.
TrackSummary summarise(const Track& track, const Samples& samples);

}  // namespace assay::store_detail

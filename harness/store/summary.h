// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "harness/store/store.h"

namespace assay::store_detail {

/// Per-call summary of the steady samples; absent when there is none.
std::optional<CallSummary> summarise(const Samples& samples);

/// Values that are not finite are left out.
TrackSummary summarise(const Track& track);

}  // namespace assay::store_detail

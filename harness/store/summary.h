// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "harness/store/store.h"

namespace assay::store_detail {

/// Hyndman and Fan's type 7 quantile (that of R and NumPy by default), 0 <= p <= 1, of values in any order,
/// which are partly reordered. Not for empty values.
double quantile(std::vector<double>& values, double p);

/// Per-call summary of the steady samples; absent when there is none.
std::optional<CallSummary> summarise(const Samples& samples);

/// Values that are not finite are left out.
TrackSummary summarise(const Track& track);

}  // namespace assay::store_detail

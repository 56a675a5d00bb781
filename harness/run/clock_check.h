// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/sample.h"
#include "harness/measure/rules.h"

namespace assay::run {

/// The fastest call, at least 1; the shortest sample. Of one sample or more.
double fastest_ns(const Samples& samples);
std::int64_t shortest_ns(const Samples& samples);

/// A time of nothing is no measurement. \throws Error{false_times} when half of the samples take 0 ns: the
/// clock is coarser than the worker's hello says, or stands.
void check_clock(const Samples& samples, const measure::Clock& clock);

/// Requests in an open loop need the same calls as back to back: \throws Error{false_times} when the median
/// of `open`, each from its start to its end, has less than a fourth of the shortest of `closed`. (Waiting,
/// caches that cool and clocks that sink only make an open loop slower.) Pure.
void check_open_loop(const Samples& open, const Samples& closed, const measure::Clock& clock);

}  // namespace assay::run

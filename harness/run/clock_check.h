// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/core/sample.h"
#include "harness/measure/rules.h"

namespace assay::run {

/// The fastest call, at least 1; the shortest sample. Of one sample or more.
double fastest_ns(const Samples& samples);
std::int64_t shortest_ns(const Samples& samples);

/// Of the steady samples, each by its batch; 0: there are none.
double median_call_ns(const Samples& samples);
double mean_call_ns(const Samples& samples);

/// Has the clock steps enough for a sample of which its request took this long, 2 ms of its own allowed?
bool is_readable(double owed_ns, const measure::Clock& clock);

/// A time of nothing is no measurement. When half of the samples take 0 ns: \throws Error{false_times} where
/// each took a readable time of its request (the clock is coarser than the worker's hello says, or stands),
/// else Error{unavailable} (the calls are too short for it). `owed_ns`: of each sample; 0: not known.
void check_clock(const Samples& samples, const measure::Clock& clock, double owed_ns);

/// Requests in an open loop need the same calls as back to back: not empty when the median of `open`, each
/// from its start to its end, has less than a fourth of the shortest of `closed`. (Waiting, caches that cool
/// and clocks that sink only make an open loop slower.) Pure.
std::string open_loop_differs(const Samples& open, const Samples& closed, const measure::Clock& clock);

}  // namespace assay::run

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/core/value.h"

namespace assay::run {

/// The reserved parameter `load=open:RATE`: requests arrive at random (Poisson) at RATE per second, whether
/// or not the one before is finished, and latency counts from the moment at which a request was due.
struct LoadPattern {
  double rate_hz = 0;
};

/// Empty for a closed loop. \throws Error{usage} on any other value of `load`.
std::optional<LoadPattern> open_loop_rate(const Params& params);

/// Whether `cache=cold` is asked for. \throws Error{usage} on another value.
bool cold_cache(const Params& params);

/// How many requests a stream of `time_ns` holds: at the load's rate, or at the rate at which calls of
/// `call_ns` can be answered, where that is lower; from 1 to `most`.
std::size_t stream_length(const LoadPattern& load, double time_ns, double call_ns, std::size_t most);

/// Due times of `count` arrivals, ns from the chunk's origin; exponential gaps, deterministic in the seed.
std::vector<std::int64_t> arrivals(const LoadPattern& load, std::uint64_t seed, std::size_t count);

}  // namespace assay::run

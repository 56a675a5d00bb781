// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/core/value.h"

/// What the reserved keys `load` and `cache` of a case ask for. (`threads` is topology.h's choose_cpus(),
/// `input` is bound in plan.cpp, `v` is checked by canonical().)
namespace assay::run {

/// What may stand behind '?' for every workload, for people.
struct KeyHelp {
  const char* form;
  const char* meaning;
};
const std::vector<KeyHelp>& key_help();

/// The reserved key `load=open:RATE`: requests arrive at random (Poisson) at RATE per second, whether
/// or not the one before is finished, and latency counts from the moment at which a request was due.
struct OpenLoop {
  double rate_hz = 0;
};

/// Empty for a closed loop. \throws Error{usage} on any other value of `load`.
std::optional<OpenLoop> open_loop(const Params& params);

/// Whether `cache=cold` is asked for. \throws Error{usage} on another value.
bool cold_cache(const Params& params);

/// How many requests a stream of `time_ns` holds: at the load's rate, or at the rate at which calls of
/// `call_ns` can be answered, where that is lower; from 1 to `most`.
std::size_t stream_length(const OpenLoop& load, double time_ns, double call_ns, std::size_t most);

/// Due times of `count` arrivals, ns from the chunk's origin; exponential gaps, deterministic in the seed.
/// Those later than `end_ns` are left out; of a load so slow that none comes until then, one comes at the
/// end.
std::vector<std::int64_t> arrivals(const OpenLoop& load, std::uint64_t seed, std::size_t count,
                                   std::int64_t end_ns);

}  // namespace assay::run

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/reading.h"
#include "harness/core/sample.h"

namespace assay::run {

/// Of an open loop's samples: `load.offered` and `load.served`, requests a second by their due times and by
/// their ends; and, where requests come faster than they are served, `load.overloaded` without a value, whose
/// reason says so: each waits longer than the one before it, and what their latencies are is a matter of how
/// long one looks. That is where 9 of 10 or fewer are served and the last one is late by 10 median calls.
/// None of fewer than 10 samples. Pure.
std::vector<Reading> load_readings(const Samples& samples);

}  // namespace assay::run

// SPDX-License-Identifier: Apache-2.0
#include "harness/core/sample.h"

#include <catch2/catch.hpp>

using namespace assay;

TEST_CASE("a call's time is its share of its sample, and counts from the scheduled instant in an open loop") {
  Samples samples;
  samples.batch = 4;
  samples.start_ns = {100, 200, 300};
  samples.end_ns = {140, 280, 420};
  CHECK(call_times_ns(samples, 0) == std::vector<double>{10, 20, 30});
  CHECK(call_times_ns(samples, 2) == std::vector<double>{30});
  CHECK(call_times_ns(samples, 3).empty());
  CHECK(call_times_ns(samples, 9).empty());
  samples.batch = 1;
  samples.scheduled_ns = {90, 100, 420};
  CHECK(call_times_ns(samples, 0) == std::vector<double>{50, 180, 0});
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/run/collecting.h"

using namespace assay;
using namespace assay::run;

TEST_CASE("a worker is asked for the collectors that it can use, and each other one says why it is absent") {
  WorkerInfo worker;
  worker.spec.id = "mine";
  worker.hello.collectors = {{"clock", {}, {}}, {"perf_event", Probe::absent("paranoid is 3", ""), {}}};
  const Collecting result = collecting_for(worker, {"clock:core", "perf_event:cycles", "rusage"});
  CHECK(result.asked == std::vector<std::string>{"clock:core"});
  REQUIRE(result.absent.size() == 2);
  for (const auto& reading : result.absent) {
    CHECK(reading.state == ReadingState::unsupported);
    CHECK_FALSE(reading.value.has_value());
  }
  CHECK(result.absent[0].metric == "perf_event");
  CHECK(result.absent[0].reason == "paranoid is 3");
  CHECK(result.absent[1].reason == "worker 'mine' has no collector 'rusage'");
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/core/collector.h"
#include "harness/core/error.h"

namespace assay {
std::unique_ptr<Collector> collector_clock();
}

TEST_CASE("the core's clock is a plausible frequency, before and after alike") {
  const auto collector = assay::collector_clock();
  collector->open({});
  collector->stop();
  CHECK_FALSE(collector->read()[0].value);
  collector->start();
  collector->stop();
  const auto readings = collector->read();
  REQUIRE(readings[0].value);
  CHECK(*readings[0].value > 1e8);
  CHECK(*readings[0].value < 1e10);
  CHECK(*readings[1].value > 0.2);
  CHECK(*readings[1].value < 5);
  CHECK_THROWS_AS(collector->open({"cores"}), assay::Error);
}

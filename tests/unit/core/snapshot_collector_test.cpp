// SPDX-License-Identifier: Apache-2.0
#include "harness/core/snapshot_collector.h"

#include <catch2/catch.hpp>

#include "harness/core/sensors.h"

using namespace assay;

namespace {

/// Three quantities, of which it reads as many as it is told to.
class Gauge final : public SnapshotCollector {
 public:
  explicit Gauge(std::size_t values)
      : SnapshotCollector("gauge", {{{"gauge.events", "count"}, Combine::difference},
                                    {{"gauge.depth", "count"}, Combine::mean},
                                    {{"gauge.heap", "byte"}, Combine::highest}}),
        values_(values) {}

 protected:
  std::vector<Reading> snapshot() override {
    std::vector<Reading> all;
    for (std::size_t i = 0; i < values_; ++i) all.push_back(with_value(quantities()[i].metric, ++now_));
    return all;
  }

 private:
  std::size_t values_;
  double now_ = 0;
};

}  // namespace

TEST_CASE("what a snapshot's two values become says how regions become a launch's value") {
  const auto metrics = Gauge(3).metrics();
  REQUIRE(metrics.size() == 3);
  CHECK(metrics[0].over == Over::total);
  CHECK(metrics[1].over == Over::mean);
  CHECK(metrics[2].over == Over::highest);
}

TEST_CASE("a collector that reads fewer values than it has quantities loses those, with the reason") {
  Gauge gauge(2);
  gauge.open({});
  gauge.start();
  gauge.stop();
  const auto readings = gauge.read();
  REQUIRE(readings.size() == 3);
  CHECK(*readings[0].value == 2);
  CHECK_FALSE(readings[2].value);
  CHECK(readings[2].state == ReadingState::unsupported);
  CHECK(readings[2].reason == "gauge gave no value of gauge.heap");
}

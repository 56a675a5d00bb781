// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>  // mkdtemp

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "tests/contract/support.h"

using namespace assay;

namespace {

const std::set<std::string> units{"ns", "count", "byte", "ratio", "Hz", "J", "W", "degC"};

void check_metrics(const std::vector<Metric>& metrics) {
  std::set<std::string> ids;
  CHECK_FALSE(metrics.empty());
  for (const auto& metric : metrics) {
    INFO(metric.id);
    CHECK(ids.insert(metric.id).second);
    CHECK(metric.id.find('.') != std::string::npos);
    CHECK(units.count(metric.unit) == 1);
    CHECK_FALSE(metric.doc.empty());
  }
}

/// Each reading is of a declared metric, and has a value exactly when its state says so.
void check_readings(const std::vector<Reading>& readings, const std::vector<Metric>& metrics) {
  for (const auto& reading : readings) {
    INFO(reading.metric << " " << to_string(reading.state) << " " << reading.reason);
    bool declared = false;
    for (const auto& metric : metrics)
      declared = declared || (metric.id == reading.metric && metric.unit == reading.unit);
    CHECK(declared);
    const bool counted = reading.state == ReadingState::ok || reading.state == ReadingState::scaled;
    CHECK(reading.value.has_value() == counted);
    CHECK((counted || !reading.reason.empty()));
    CHECK(reading.coverage >= 0);
    CHECK(reading.coverage <= 1);
  }
}

}  // namespace

TEST_CASE("every inside collector is honest before, after and without a region") {
  CHECK_FALSE(worker_table().collectors.empty());
  for (const auto& row : worker_table().collectors) {
    INFO(row.name);
    const auto collector = row.make();
    const auto metrics = collector->metrics();
    check_metrics(metrics);
    const Probe probe = collector->probe();
    if (!probe.available) {
      CHECK_FALSE(probe.reason.empty());
      continue;
    }
    collector->open({});
    collector->stop();
    for (const auto& reading : collector->read()) CHECK_FALSE(reading.value);
    collector->start();
    collector->stop();
    const auto readings = collector->read();
    CHECK_FALSE(readings.empty());
    check_readings(readings, metrics);
  }
}

TEST_CASE(
    "every collector around a launch keeps the command, and finds nothing in an empty folder, with the "
    "reason") {
  std::string folder = (std::filesystem::temp_directory_path() / "assay-contract-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  for (const auto& row : worker_table().around_collectors) {
    INFO(row.name);
    const auto collector = row.make();
    check_metrics(collector->metrics());
    const auto wrapped = collector->wrap({{"/bin/true", "argument"}, {{"KEY", "value"}}, {}}, folder);
    REQUIRE(wrapped.argv.size() >= 2);
    CHECK(wrapped.argv.back() == "argument");
    CHECK(wrapped.environment.at("KEY") == "value");
    const auto readings = collector->read(folder, 1);
    CHECK_FALSE(readings.empty());
    for (const auto& reading : readings) CHECK_FALSE(reading.value);
    check_readings(readings, collector->metrics());
  }
  std::filesystem::remove_all(folder);
}

// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/result.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace assay;

namespace {

MetricValue counted(const std::string& id, double value) {
  MetricValue metric;
  metric.id = id;
  metric.value = value;
  metric.n = 1;
  return metric;
}

std::string chip(double flash, double ram) {
  ResultRow row;
  row.metrics = {counted("size.flash", flash), counted("size.ram", ram)};
  return fits_in(row);
}

}  // namespace

TEST_CASE("a case fits into the smallest powers of two that hold its flash and RAM to the byte") {
  CHECK(chip(32 * 1024, 16 * 1024) == "32/16 KiB");
  CHECK(chip(32 * 1024 + 1, 16 * 1024 + 1) == "64/32 KiB");
  CHECK(chip(1, 0) == "1/1 KiB");
  CHECK(chip(3.0 * (1 << 20), 1) == "4096/1 KiB");
  CHECK(chip(-1, 1).empty());
  CHECK(chip(std::nan(""), 1).empty());
  CHECK(chip(1e300, 1).empty());
  ResultRow row;
  row.metrics = {counted("size.flash", 1)};
  CHECK(fits_in(row).empty());
}

TEST_CASE(
    "instructions are those that were counted, and one lane's launches stand where the other has none") {
  ResultRow row;
  CHECK(exact_instructions(row) == nullptr);
  row.metrics = {counted("qemu.instructions", 0), counted("fuel.instructions", 7)};
  row.metrics[0].value.reset();
  REQUIRE(exact_instructions(row) != nullptr);
  CHECK(exact_instructions(row)->id == "fuel.instructions");
  CHECK(launches_of_figures(row) == 1);
  row.launches = 6;
  CHECK(launches_of_figures(row) == 6);
  row.metrics.pop_back();
  CHECK(exact_instructions(row)->id == "qemu.instructions");
  row.launches = 0;
  CHECK(launches_of_figures(row) == 0);
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/run/foreign_load.h"

using assay::run::CpuTimes;
using assay::run::foreign_load;

TEST_CASE("what our CPUs did beyond the worker's own time is foreign") {
  const std::map<int, CpuTimes> before{{0, {10, 0, 100}}, {1, {20, 0, 100}}};
  const std::map<int, CpuTimes> after{{0, {11, 0.5, 102}}, {1, {20.2, 0, 102}}};
  const auto alone = foreign_load(before, after, {0}, 1.0);
  CHECK(alone.our_cpus == Approx(0).margin(1e-9));
  CHECK(alone.other_cpus == Approx(0.1));
  CHECK(alone.stolen == Approx(0.25));
  CHECK(foreign_load(before, after, {0}, 0.4).our_cpus == Approx(0.3));
}

TEST_CASE("ticks that undercount the worker never make a negative load, and no time passed makes none") {
  const std::map<int, CpuTimes> before{{0, {10, 0, 100}}};
  CHECK(foreign_load(before, {{0, {10.1, 0, 101}}}, {0}, 0.5).our_cpus == 0);
  CHECK(foreign_load(before, before, {0}, 0).our_cpus == 0);
  CHECK(foreign_load({}, before, {0}, 0).our_cpus == 0);
}

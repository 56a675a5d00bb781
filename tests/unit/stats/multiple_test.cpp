// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <vector>

#include "harness/core/error.h"
#include "harness/stats/holm.h"
#include "harness/stats/proportion.h"

using namespace assay::stats;

TEST_CASE("exact bounds of a proportion are those of SciPy's binomtest") {
  CHECK(clopper_pearson(0, 300).low == 0);
  CHECK(clopper_pearson(0, 300).high == Approx(0.012220974694296421).epsilon(1e-10));
  CHECK(clopper_pearson(3, 20).low == Approx(0.03207093718554477).epsilon(1e-10));
  CHECK(clopper_pearson(3, 20).high == Approx(0.37892682654529564).epsilon(1e-10));
  CHECK(clopper_pearson(20, 20).low == Approx(0.8315665290169145).epsilon(1e-10));
  CHECK(clopper_pearson(20, 20).high == 1);
  CHECK(clopper_pearson(7, 600).low == Approx(0.004703117270891725).epsilon(1e-10));
  CHECK(upper_bound_of_rate(0, 300) ==
        Approx(0.009936081944523167).epsilon(1e-10));  // measurement.md: <= 1 %
  CHECK(upper_bound_of_rate(7, 600) == Approx(0.02180134135341792).epsilon(1e-10));
  CHECK(upper_bound_of_rate(20, 20) == 1);
  CHECK_THROWS_AS(clopper_pearson(1, 0), assay::Error);
  CHECK_THROWS_AS(upper_bound_of_rate(4, 3), assay::Error);
}

TEST_CASE("Holm's levels grow from step to step, and end at the first that is not rejected") {
  const auto steps = holm(std::vector<double>{0.010, 0.030, 0.012, 0.5}, 0.05);
  CHECK(steps[0].level == Approx(0.05 / 4));
  CHECK(steps[0].rejected);
  CHECK(steps[2].level == Approx(0.05 / 3));
  CHECK(steps[2].rejected);
  CHECK(steps[1].level == Approx(0.05 / 2));
  CHECK_FALSE(steps[1].rejected);
  CHECK(steps[3].level == Approx(0.05 / 2));  // not 0.05: the procedure ended before it
  CHECK_FALSE(steps[3].rejected);
  CHECK(holm({}, 0.05).empty());
}

TEST_CASE("no level of Holm's exceeds the one a single hypothesis may have") {
  const auto steps = holm(std::vector<double>{0.004, 0.02}, 0.05, 0.005);
  CHECK(steps[0].level == 0.005);
  CHECK(steps[0].rejected);
  CHECK(steps[1].level == 0.005);
  CHECK_FALSE(steps[1].rejected);
}

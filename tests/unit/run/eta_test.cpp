// SPDX-License-Identifier: Apache-2.0
#include "harness/run/eta.h"

#include <catch2/catch.hpp>

using assay::run::Eta;

TEST_CASE("what is left takes as long as each case's launches took, and their mean where none is done") {
  Eta eta;
  for (int launch = 0; launch < 3; ++launch) {
    for (std::int64_t ordinal = 0; ordinal < 3; ++ordinal) eta.expect(ordinal);
  }
  CHECK(eta.seconds() == 9);  // a second each
  eta.took(0, 2);
  CHECK(eta.seconds() == Approx(2 * 2 + 6 * 2));
  eta.took(1, 6);
  CHECK(eta.seconds() == Approx(2 * 2 + 2 * 6 + 3 * 4));
  eta.took(0, 4);
  CHECK(eta.seconds() == Approx(1 * 3 + 2 * 6 + 3 * 4));
  eta.expect(0);
  CHECK(eta.seconds() == Approx(2 * 3 + 2 * 6 + 3 * 4));
}

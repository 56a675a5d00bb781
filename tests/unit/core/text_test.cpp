// SPDX-License-Identifier: Apache-2.0
#include "harness/core/text.h"

#include <catch2/catch.hpp>

using namespace assay;
using Parts = std::vector<std::string>;

TEST_CASE("n separators make n + 1 parts; of the filled ones the empty are left out") {
  CHECK(split("", ',') == Parts{""});
  CHECK(split("a", ',') == Parts{"a"});
  CHECK(split(",a,,b,", ',') == Parts{"", "a", "", "b", ""});
  CHECK(split_filled(",a,,b,", ',') == Parts{"a", "b"});
  CHECK(split_filled("", ',').empty());
  CHECK(split_filled(",,", ',').empty());
}

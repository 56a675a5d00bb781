// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/spoilt.h"

#include <catch2/catch.hpp>

#include "harness/core/error.h"
#include "workloads/support/aligned.h"

using namespace assay;
using worker::check_spoilt;
using Bytes = std::vector<std::uint8_t>;

namespace {

std::vector<Tensor> outputs(const Bytes& values) {
  return {Tensor::from<std::uint8_t>("y", {static_cast<std::int64_t>(values.size())}, values)};
}

/// What Aligned::spoil() makes of it.
Bytes spoilt(const Bytes& values) {
  Aligned<std::uint8_t> held(values.size());
  std::copy(values.begin(), values.end(), held.begin());
  held.spoil();
  return {held.begin(), held.end()};
}

}  // namespace

TEST_CASE("an output is spoilt when every element is another, or was what all are now") {
  CHECK_NOTHROW(check_spoilt(outputs({1, 2, 3}), outputs({254, 253, 252})));  // complements
  CHECK_NOTHROW(check_spoilt(outputs({1, 255, 3}), outputs({255, 255, 255})));
  CHECK_NOTHROW(check_spoilt(outputs({}), outputs({})));
}

TEST_CASE("an output of which a part is kept is told with the first element") {
  CHECK_THROWS_WITH(check_spoilt(outputs({1, 2, 3}), outputs({255, 2, 3})),
                    Catch::Matchers::Contains("'y' as it was, at element 1"));
  CHECK_THROWS_AS(check_spoilt(outputs({7, 7, 7}), outputs({255, 7, 7})), Error);
  CHECK_THROWS_AS(check_spoilt(outputs({1, 2, 3}), outputs({1, 2, 3})), Error);
  CHECK_THROWS_AS(check_spoilt(outputs({9}), outputs({9})), Error);
}

TEST_CASE("a result of all ones, such as a white picture, is spoilt by Aligned too") {
  for (const Bytes& result : {Bytes{255, 255, 255}, Bytes{255}, Bytes{255, 0, 0}, Bytes{0, 255, 1}}) {
    CHECK_NOTHROW(check_spoilt(outputs(result), outputs(spoilt(result))));
  }
}

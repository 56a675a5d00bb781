// SPDX-License-Identifier: Apache-2.0
#include "harness/run/finite.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace assay;
using assay::run::not_finite;

namespace {

template <typename T>
protocol::Output output_of(const std::string& name, DType dtype, const std::vector<T>& values) {
  const auto n = static_cast<std::int64_t>(values.size());
  return {name, dtype, {n}, "", Tensor::from<T>(name, {n}, values)};
}

}  // namespace

TEST_CASE("a result of which no value is finite says so") {
  CHECK(not_finite({}) == "");
  CHECK(not_finite({output_of<double>("y", DType::f64, {NAN, 1})}) == "");
  CHECK(not_finite({output_of<std::int64_t>("n", DType::i64, {1})}) == "");
  CHECK(not_finite({output_of<double>("y", DType::f64, {})}) == "");
  CHECK(not_finite(
            {output_of<float>("x", DType::f32, {1}), output_of<float>("y", DType::f32, {NAN, -INFINITY})})
            .rfind("all 2 values of 'y' are NaN or infinite", 0) == 0);
}

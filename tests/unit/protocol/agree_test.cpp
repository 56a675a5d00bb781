// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "harness/core/error.h"
#include "harness/protocol/agree.h"

using namespace assay;
using namespace assay::protocol;

namespace {

Output reals(const std::vector<double>& values) {
  Output output{"y", DType::f64, {static_cast<std::int64_t>(values.size())}, "", {}};
  output.values = Tensor::from<double>("y", output.shape, values);
  output.digest = digest(output.values);
  return output;
}

Output integers(const std::vector<std::int32_t>& values) {
  const Tensor tensor = Tensor::from<std::int32_t>("n", {static_cast<std::int64_t>(values.size())}, values);
  return {"n", DType::i32, tensor.shape, digest(tensor), {}};
}

const Tolerance exact{};
const Tolerance absolute{"float", "abs", 1e-3, 0};
const Tolerance relative{"float", "rel", 1e-3, 1.0};
const Tolerance l2{"float", "rel_l2", 1e-3, 0};
const Tolerance rms{"float", "rel_rms", 1e-3, 0};
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("integers agree only when every one is equal") {
  CHECK(agree({integers({1, 2, 3})}, {integers({1, 2, 3})}, exact).agrees);
  CHECK_FALSE(agree({integers({1, 2, 4})}, {integers({1, 2, 3})}, exact).agrees);
  CHECK_FALSE(agree({integers({1, 2})}, {integers({1, 2, 3})}, exact).agrees);
}

TEST_CASE("reals agree within their rule and not beyond it") {
  for (const Tolerance& rule : {absolute, relative, l2, rms}) {
    INFO(rule.rule);
    CHECK(agree({reals({1.0, 0.0005})}, {reals({1.0, 0.0})}, rule).agrees);
    const auto wrong = agree({reals({1.0, 0.002})}, {reals({1.0, 0.0})}, rule);
    CHECK_FALSE(wrong.agrees);
    CHECK(wrong.finding.find("[1]") != std::string::npos);
  }
}

TEST_CASE("the relative rule measures small values against its floor and large ones against themselves") {
  CHECK(agree({reals({1000.5})}, {reals({1000.0})}, relative).agrees);
  CHECK_FALSE(agree({reals({1000.5})}, {reals({1000.0})}, absolute).agrees);
}

TEST_CASE(
    "one wrong element among many shows in the rule by the root mean square, and is lost in the norm's") {
  std::vector<double> wanted(10'000, 5.0);
  auto got = wanted;
  got[77] = 5.05;
  CHECK(agree({reals(got)}, {reals(wanted)}, l2).agrees);
  const auto seen = agree({reals(got)}, {reals(wanted)}, rms);
  CHECK_FALSE(seen.agrees);
  CHECK(seen.measure == Approx(0.01));
  CHECK(agree({reals({0.0, 0.0})}, {reals({0.0, 0.0})}, rms).agrees);
  CHECK_FALSE(agree({reals({0.0, 1e-9})}, {reals({0.0, 0.0})}, rms).agrees);
}

TEST_CASE("many small differences show in the mean, where the rule has a limit of it") {
  std::vector<double> wanted(100, 7.0);
  auto got = wanted;
  const Tolerance rule{"library", "abs", 1, 0, 0.05};
  for (std::size_t i = 0; i < 5; ++i) got[i] = 8.0;
  CHECK(agree({reals(got)}, {reals(wanted)}, rule).agrees);
  got[5] = 6.0;
  const auto seen = agree({reals(got)}, {reals(wanted)}, rule);
  CHECK_FALSE(seen.agrees);
  CHECK(seen.finding.find("0.06 in the mean, more than 0.05") != std::string::npos);
  CHECK(agree({reals(got)}, {reals(wanted)}, {"library", "abs", 1, 0}).agrees);
  got[5] = 8.5;
  CHECK_FALSE(agree({reals(got)}, {reals(wanted)}, rule).agrees);
}

TEST_CASE("NaN and infinity agree with nothing but themselves, by any rule and on either side") {
  for (const Tolerance& rule : {exact, absolute, relative, l2, rms}) {
    for (const double odd : {not_a_number, double{INFINITY}, -double{INFINITY}}) {
      INFO(rule.rule << " " << odd);
      CHECK(agree({reals({1.0, odd})}, {reals({1.0, odd})}, rule).agrees);
      for (const double other :
           {0.0, 1.0, 1e308, -1e308, not_a_number, double{INFINITY}, -double{INFINITY}}) {
        if (other == odd || (std::isnan(other) && std::isnan(odd))) continue;
        INFO("against " << other);
        CHECK_FALSE(agree({reals({1.0, odd})}, {reals({1.0, other})}, rule).agrees);
        CHECK_FALSE(agree({reals({1.0, other})}, {reals({1.0, odd})}, rule).agrees);
      }
    }
  }
  const auto found = agree({reals({1.0, 0.0})}, {reals({1.0, INFINITY})}, relative);
  CHECK(found.finding.find("at [1]: 0, expected inf") != std::string::npos);
}

TEST_CASE("what is beside an infinity that both have is still compared") {
  for (const Tolerance& rule : {absolute, relative, l2, rms}) {
    INFO(rule.rule);
    CHECK_FALSE(agree({reals({INFINITY, 1.1})}, {reals({INFINITY, 1.0})}, rule).agrees);
  }
}

TEST_CASE("values whose squares no double holds are compared as any others") {
  for (const double size : {1e-200, 1e200, 1e308}) {
    for (const Tolerance& rule : {l2, rms}) {
      INFO(rule.rule << " of " << size);
      CHECK(agree({reals({size, 1.0005 * size})}, {reals({size, size})}, rule).agrees);
      const auto wrong = agree({reals({size, 1.5 * size})}, {reals({size, size})}, rule);
      CHECK_FALSE(wrong.agrees);
      CHECK(wrong.measure == Approx(rule.rule == "rel_l2" ? 0.5 / std::sqrt(2.0) : 0.5));
    }
  }
}

TEST_CASE("another shape, type, name or number of outputs never agrees") {
  Output renamed = reals({1.0});
  renamed.name = "z";
  Output reshaped = reals({1.0, 2.0});
  reshaped.shape = {2, 1};
  CHECK_FALSE(agree({renamed}, {reals({1.0})}, l2).agrees);
  CHECK_FALSE(agree({reshaped}, {reals({1.0, 2.0})}, l2).agrees);
  CHECK_FALSE(agree({integers({1})}, {reals({1.0})}, l2).agrees);
  CHECK_FALSE(agree({}, {reals({1.0})}, l2).agrees);
}

TEST_CASE("a reference without outputs verifies nothing") { CHECK_FALSE(agree({}, {}, exact).agrees); }

TEST_CASE("an accuracy class without a tolerance is the worker's fault") {
  Definition definition;
  definition.tolerances = {absolute};
  CHECK(tolerance_for(definition, "float").limit == 1e-3);
  CHECK_THROWS_AS(tolerance_for(definition, "q8"), Error);
  CHECK(tolerance_for(definition, "exact").rule == "exact");  // a class that need not be listed
}

TEST_CASE("a result without any element is not verified: there is nothing to compare") {
  const auto empty = agree({reals({})}, {reals({})}, absolute);
  CHECK_FALSE(empty.agrees);
  CHECK_THAT(empty.finding, Catch::Matchers::Contains("nothing to compare"));
  CHECK_FALSE(agree({integers({})}, {integers({})}, exact).agrees);
  CHECK(agree({reals({}), reals({1})}, {reals({}), reals({1})}, absolute).agrees);
}

// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/policy.h"

#include <catch2/catch.hpp>

#include "harness/core/error.h"

using namespace assay;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

std::string refusal(const std::string& text) {
  try {
    parse_policy(text, "gate.toml");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_input);
    return std::string(error.what()) + " | " + error.remedy;
  }
  return "nothing was refused";
}

double effect(const Policy& policy, const std::string& key) {
  const Case value = parse_case(key);
  return effect_of(policy, value, value.params);
}

}  // namespace

TEST_CASE("an empty policy is the defaults") {
  const Policy policy = parse_policy("", "gate.toml");
  CHECK(policy.effect == 0.0075);
  CHECK(policy.budget.suite_error == 0.05);
  CHECK(policy.budget.case_error == 0.005);
  CHECK(policy.rerun);
  CHECK_FALSE(policy.undecided_fails);
  CHECK(policy.max_undecided == 0.5);
}

TEST_CASE("every key of a policy is read, and the last rule that matches holds") {
  const Policy policy = parse_policy(R"(
effect = "1%"
exact_effect = 0.002
suite_error = "2%"
case_error = 0.001
tail_effect = "1%"
tail = true
rerun = false
median = true
undecided = "fail"
max_undecided = "20%"
most_launches = 120
exact = ["callgrind.instructions"]
required = ["llm.gemv/*", "tinyml.*"]
[[rule]]
select = "llm.*"
effect = "2%"
[[rule]]
select = "llm.gemv/simd"
effect = "3%"
undecided = "warn"
tail_effect = "2%"
[[rule]]
select = "llm.gemv/simd"
metric = "callgrind.D1mr"
exact_effect = "4%"
[[skip]]
select = "vision.*"
reason = "no camera in CI"
until = 2026-12-31
[[acknowledge]]
select = "llm.decode/*"
reason = "correct now"
until = "never"
worst = 0.9
)",
                                     "gate.toml");
  CHECK(policy.budget.most_pairs == 120);
  CHECK(policy.tail_effect == 0.01);
  CHECK(policy.exact == std::vector<std::string>{"callgrind.instructions"});
  CHECK(policy.required.size() == 2);
  CHECK(effect(policy, "roof.mem/simd@cpu") == 0.01);
  CHECK(effect(policy, "llm.decode/simd@cpu") == 0.02);
  CHECK(effect(policy, "llm.gemv/simd@cpu") == 0.03);
  const Case gemv = parse_case("llm.gemv/simd@cpu");
  CHECK_FALSE(undecided_fails(policy, gemv, {}));
  CHECK(tail_effect_of(policy, gemv, {}) == 0.02);
  CHECK(tail_effect_of(policy, parse_case("llm.decode/simd@cpu"), {}) == 0.01);
  CHECK(exact_effect_of(policy, "callgrind.D1mr", gemv, {}) == 0.04);
  CHECK(exact_effect_of(policy, "callgrind.instructions", gemv, {}) == 0.002);
  CHECK(undecided_fails(policy, parse_case("llm.decode/simd@cpu"), {}));
  const Waiver* skip = find_waiver(policy.skips, parse_case("vision.resize/simd@cpu"), {}, {2026, 1, 1});
  REQUIRE(skip != nullptr);
  CHECK(skip->holds({2026, 12, 31}));
  CHECK_FALSE(skip->holds({2027, 1, 1}));
  CHECK(find_waiver(policy.skips, gemv, {}, {2026, 1, 1}) == nullptr);
  CHECK(policy.acknowledgements.at(0).worst == 0.9);
  CHECK(policy.acknowledgements.at(0).holds({9999, 12, 31}));
}

TEST_CASE("what a policy cannot mean is refused with file, line, and what is meant perhaps") {
  CHECK_THAT(refusal("efect = 0.01"),
             StartsWith("gate.toml:1: 'efect' is not a key | did you mean 'effect'"));
  CHECK_THAT(refusal("\n\neffect = \"much\""),
             StartsWith("gate.toml:3: effect: expected a share above 0, at most 0.999"));
  CHECK_THAT(refusal("effect = 0"), Contains("expected a share above 0"));
  CHECK_THAT(refusal("effect = 1.5"), Contains("expected a share above 0"));
  CHECK_THAT(refusal("undecided = \"maybe\""), Contains("expected \"warn\" or \"fail\""));
  CHECK_THAT(refusal("rerun = \"yes\""), Contains("expected true or false"));
  CHECK_THAT(refusal("most_launches = 2"),
             StartsWith("gate.toml:1: most_launches: expected a number from 6 to 900"));
  CHECK_THAT(refusal("exact = [\"time.wall.p50\"]"), Contains("does not repeat to the digit"));
  CHECK_THAT(refusal("required = \"llm.*\""), Contains("expected a list"));
  CHECK_THAT(refusal("[rule]\nselect = \"llm.*\""), Contains("write it as [[...]]"));
  CHECK_THAT(refusal("[[skip]]\nselect = \"llm.*\""), Contains("[[skip]] needs select, reason and until"));
  CHECK_THAT(refusal("[[skip]]\nselect = \"llm.*\"\nreason = \"x\"\nuntil = \"2026-12-31\""),
             Contains("without quotes"));
  CHECK_THAT(refusal("[[skip]]\nselect = \"llm.*\"\nreason = \"x\"\nworst = 0.9"),
             Contains("'worst' is not a key of [[skip]]"));
  CHECK_THAT(refusal("[[acknowledge]]\nselect = \"a/?\"\nreason = \"x\""), Contains("nothing follows '?'"));
  CHECK_THAT(refusal("[[skip]]\nselect = \"a\"\nreason = \"x\""), Contains("needs select, reason and until"));
  CHECK_THAT(refusal("[[rule]]\nselect = \"a\"\nmetric = \"time.wall.p50\"\nexact_effect = 0.1"),
             StartsWith("gate.toml:3: metric: 'time.wall.p50' does not repeat to the digit"));
  CHECK_THAT(refusal("[[rule]]\nselect = \"a\"\nmetric = \"callgrind.D1mr\"\neffect = 0.1"),
             Contains("metric is for exact_effect alone"));
  CHECK_THAT(refusal("[[skip]]\nselect = \"a\"\nreason = \" \"\nuntil = \"never\""),
             Contains("needs select, reason and until"));
  CHECK(parse_policy("max_undecided = 0\nexact_effect = 0", "gate.toml").max_undecided == 0);
  CHECK_THAT(refusal("case_error = 0.1"), Contains("case_error is above suite_error"));
  CHECK_THAT(refusal("effect = = 2"), StartsWith("gate.toml:1: "));
}

TEST_CASE("days are those of UTC") {
  CHECK(to_string(day_of(0)) == "1970-01-01");
  CHECK(to_string(day_of(1'798'761'599'999)) == "2026-12-31");
  CHECK(to_string(day_of(1'798'761'600'000)) == "2027-01-01");
}

TEST_CASE("of two waivers the one that holds is taken, so that an old one may stay") {
  const Policy policy = parse_policy(R"(
[[acknowledge]]
select = "a.*"
reason = "old"
until = 2026-01-31
[[acknowledge]]
select = "a.*"
reason = "renewed"
until = "never"
)",
                                     "gate.toml");
  const Case value = parse_case("a.a/x@cpu");
  CHECK(find_waiver(policy.acknowledgements, value, {}, {2026, 1, 1})->reason == "old");
  CHECK(find_waiver(policy.acknowledgements, value, {}, {2026, 2, 1})->reason == "renewed");
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/core/case.h"
#include "harness/core/error.h"
#include "harness/core/selector.h"
#include "harness/core/workload.h"

using namespace assay;

namespace {

Workload gemv() {
  Workload workload;
  workload.definition.name = "llm.gemv";
  workload.definition.parameters = {
      {"rows", std::int64_t{4096}, "", {}},
      {"dtype", std::string("f32"), "", {std::string("f32"), std::string("q4_0")}}};
  workload.definition.presets = {{"xs", {{"rows", std::int64_t{16}}}}};
  workload.implementations = {{.name = "reference", .doc = "", .make = {}},
                              {.name = "simd", .doc = "", .make = {}}};
  return workload;
}

std::vector<std::string> expanded(const std::string& text) {
  std::vector<std::string> cases;
  for (const auto& value : expand(parse_selector(text), gemv())) cases.push_back(to_string(value));
  return cases;
}

}  // namespace

TEST_CASE("canonical text reads back as the same case") {
  const std::string text = "llm.gemv/simd?cols=4096&dtype=q4_0&scale=2.0&threads=1@cuda:0";
  CHECK(to_string(parse_case(text)) == text);
}

TEST_CASE("bytes that are not plain are escaped and come back") {
  Case value{"google_benchmark.BM_Sort/1024 <a&b>\x1b", "own", {{"k", std::string("50%|é")}}, "cpu"};
  CHECK(parse_case(to_string(value)) == value);
}

TEST_CASE("a case carries its definition's version when that is not 1, and no other one is accepted") {
  Definition definition = gemv().definition;
  Case value = parse_case("llm.gemv/simd?v=1@cpu");
  CHECK(to_string(canonical(value, definition)) == "llm.gemv/simd@cpu");
  definition.version = 2;
  CHECK_THROWS_WITH(canonical(value, definition), "llm.gemv has version 2 here, and v=1 is asked for");
  value.params.clear();
  CHECK(to_string(canonical(value, definition)) == "llm.gemv/simd?v=2@cpu");
  CHECK(canonical(canonical(value, definition), definition) == canonical(value, definition));
}

TEST_CASE("a parameter at its default is left out of canonical text") {
  const Case value{"llm.gemv", "simd", {{"rows", std::int64_t{4096}}, {"dtype", std::string("q4_0")}}, "cpu"};
  CHECK(to_string(canonical(value, gemv().definition)) == "llm.gemv/simd?dtype=q4_0@cpu");
}

TEST_CASE("an unknown parameter is refused with the closest name") {
  try {
    resolve(gemv().definition, {{"row", std::int64_t{1}}});
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::usage);
    CHECK(error.remedy == "did you mean 'rows'? known: dtype, rows");
  }
}

TEST_CASE("broken cases are refused") {
  for (const char* text :
       {"", "x", "a/b", "a@cpu", "/b@cpu", "a/@cpu", "a/b?k@cpu", "a/b?k=1&k=2@cpu", "a/b%2@cpu"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_case(text), Error);
  }
}

TEST_CASE("whole sweeps end where they say, below zero too, and are refused where doubles are not exact") {
  const auto values = parse_selector("llm.gemv?rows=-5..-1").params.at("rows");
  CHECK(values.size() == 5);
  CHECK(values.back() == "-1");
  CHECK_THROWS_AS(parse_selector("llm.gemv?rows=1..99999999999999999999*10"), Error);
}

TEST_CASE("selectors expand lists, sweeps, presets and stars") {
  using V = std::vector<std::string>;
  CHECK(expanded("llm.gemv/simd") == V{"llm.gemv/simd@cpu"});
  CHECK(expanded("llm.*/simd?rows=1024..8192*2&dtype=q4_0") ==
        V{"llm.gemv/simd?dtype=q4_0&rows=1024@cpu", "llm.gemv/simd?dtype=q4_0&rows=2048@cpu",
          "llm.gemv/simd?dtype=q4_0@cpu", "llm.gemv/simd?dtype=q4_0&rows=8192@cpu"});
  CHECK(expanded("llm.gemv/simd?dtype=*") == V{"llm.gemv/simd@cpu", "llm.gemv/simd?dtype=q4_0@cpu"});
  CHECK(expanded("llm.gemv?preset=xs") == V{"llm.gemv/reference?rows=16@cpu", "llm.gemv/simd?rows=16@cpu"});
  CHECK(expanded("vision.*").empty());
}

TEST_CASE("numbers may be written in any form that means the same") {
  CHECK(expanded("llm.gemv/simd?rows=1e3") == std::vector<std::string>{"llm.gemv/simd?rows=1000@cpu"});
  CHECK(expanded("llm.gemv/simd?rows=4096.0") == std::vector<std::string>{"llm.gemv/simd@cpu"});
  CHECK_THROWS_AS(expanded("llm.gemv/simd?rows=1.5"), Error);
  CHECK_THROWS_AS(expanded("llm.gemv/simd?rows=many"), Error);
}

TEST_CASE("selectors that cannot end, or say nothing, are refused") {
  for (const char* text :
       {"", "a?", "a?k=", "a?k=1..4*1", "a?k=4..1", "a?k=0..4*2", "a?k=0..1e9+1e-9", "a?k=x..y"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_selector(text), Error);
  }
}

TEST_CASE("a selector matches stored cases, defaults included") {
  const Case stored = parse_case("llm.gemv/simd?dtype=q4_0@cpu");
  CHECK(matches(parse_selector("llm.*?dtype=q*"), stored));
  CHECK_FALSE(matches(parse_selector("llm.*?dtype=f32"), stored));
  CHECK_FALSE(matches(parse_selector("llm.*?rows=4096"), stored));
  CHECK(matches(parse_selector("llm.*?rows=4096"), stored, {{"rows", std::int64_t{4096}}}));
}

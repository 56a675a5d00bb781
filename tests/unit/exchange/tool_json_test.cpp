// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/core/error.h"
#include "harness/exchange/readers.h"

using namespace assay;
using Catch::Matchers::Contains;
using Kind = ToolValue::Kind;

namespace {

std::string refusal(const std::string& text) {
  try {
    const ToolJson json(text, "tool", "f.json");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_input);
    CHECK_FALSE(error.remedy.empty());
    return error.what();
  }
  return "nothing was refused";
}

}  // namespace

TEST_CASE(
    "JSON of tools: values are found by name, bare NaN is a number without a value, texts may be numbers") {
  const std::string text =
      R"({"a": [1, -2.5e3, NaN, "7", true, null], "b": {"c": "x\"\u00e9\ud83d\ude00\n"}, "\u0061b": -Infinity})";
  const ToolJson json(text, "tool", "f.json");
  const ToolValue root = json.root();
  CHECK(root["a"].size() == 6);
  auto value = root["a"].begin();
  CHECK((*value).number() == 1.0);
  CHECK((*++value).number() == -2500.0);
  CHECK((*++value).is(Kind::number));
  CHECK_FALSE((*value).number());
  CHECK((*++value).integer() == 7);
  CHECK((*++value).is_true());
  CHECK_FALSE(*++value);
  CHECK(root["b"]["c"].text() == "x\"\xc3\xa9\xf0\x9f\x98\x80\n");
  CHECK(root["ab"].is(Kind::number));
  CHECK(root["b"]["d"]["e"].is(Kind::absent));
  CHECK(root["b"].byte() == text.find("{\"c\""));
}

TEST_CASE("JSON of tools: what nobody asked for is told, as it stands, and by its name") {
  const std::string text =
      R"({"read": 1, "new": {"x": [1, 2]}, "half": {"read": 2, "not": "z"}, "none": null})";
  const ToolJson json(text, "tool", "f.json");
  (void)json.root()["read"].number();
  (void)json.root()["half"]["read"].number();
  CHECK(json.root().unread() ==
        std::vector<std::pair<std::string, std::string>>{{"new", R"({"x": [1, 2]})"}, {"half.not", "\"z\""}});
}

TEST_CASE("JSON of tools: documents behind each other, each whole") {
  const ToolJson json("{\"a\": 1}\n{\"a\": 2}\n", "tool", "f.json");
  REQUIRE(json.documents().size() == 2);
  CHECK(json.documents()[1]["a"].number() == 2.0);
}

TEST_CASE("what is no JSON is refused with its byte, however deep it goes") {
  CHECK_THAT(refusal(""), Contains("byte 0: it is empty"));
  CHECK_THAT(refusal("{\"a\": [1, 2"), Contains("byte 11: it ends too early"));
  CHECK_THAT(refusal("[1 2]"), Contains("byte 3: ',' is missing"));
  CHECK_THAT(refusal("{\"a\" 1}"), Contains("byte 5: ':' is missing"));
  CHECK_THAT(refusal("{a: 1}"), Contains("byte 1: a name is missing"));
  CHECK_THAT(refusal("[1.]"), Contains("byte 3: a digit is missing"));
  CHECK_THAT(refusal("[\"a]"), Contains("a text does not end"));
  CHECK_THAT(refusal("[nul]"), Contains("byte 1: no value begins so"));
  CHECK_THAT(refusal(std::string(100'000, '[')), Contains("nested deeper than 200"));
  CHECK(refusal(std::string(200, '[') + std::string(200, ']')) == "nothing was refused");
  const ToolJson json("{\"a\": {\"b\": 3}}", "tool", "f.json", 100);
  try {
    (void)json.root()["a"].need_text("b");
    FAIL("3 was a text");
  } catch (const Error& error) {
    CHECK_THAT(error.what(), Contains("f.json: tool: no text 'b' (byte 106)"));
  }
}

TEST_CASE("times that tools write are UTC, or tell their offset") {
  CHECK(utc_ms_of("1970-01-02T00:00:00Z") == 86'400'000);
  CHECK(utc_ms_of("1970-01-02 00:00:01.25") == 86'401'250);
  CHECK(utc_ms_of("1970-01-02T01:30:00+01:30") == 86'400'000);
  CHECK(utc_ms_of("1970-01-01T20:00:00-0400") == 86'400'000);
  CHECK(utc_ms_of("2026-04-24T11:57") == utc_ms_of("2026-04-24T11:57:00Z"));
  for (const char* text : {"", "today", "2026-13-01T00:00:00", "2026-02-30T00:00:00", "2026-01-01T25:00:00",
                           "2026-01-01T00:00:99", "2026-01-01T00:00:00 here"})
    CHECK_FALSE(utc_ms_of(text));
}

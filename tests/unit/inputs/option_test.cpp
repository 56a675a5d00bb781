// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/core/error.h"
#include "harness/inputs/option.h"

using assay::inputs::InputOption;
using assay::inputs::parse_input_option;

TEST_CASE("an input option names a family, a file and, for tables, roles") {
  REQUIRE(parse_input_option("vision=photo.jpg") == InputOption{"vision", "photo.jpg", {}});
  REQUIRE(parse_input_option("dataframe=/d/flights.csv:key=carrier,v1=distance") ==
          InputOption{"dataframe", "/d/flights.csv", {{"key", "carrier"}, {"v1", "distance"}}});
  REQUIRE(parse_input_option("dataframe=a:key=air%20time%2C%20s") ==
          InputOption{"dataframe", "a", {{"key", "air time, s"}}});
}

TEST_CASE("a path may hold colons and equals signs") {
  REQUIRE(parse_input_option("vision=10:30.png") == InputOption{"vision", "10:30.png", {}});
  REQUIRE(parse_input_option("vision=a:b/c=d.png") == InputOption{"vision", "a:b/c=d.png", {}});
  REQUIRE(parse_input_option("dataframe=x=1/a:b.csv:key=k") ==
          InputOption{"dataframe", "x=1/a:b.csv", {{"key", "k"}}});
}

TEST_CASE("an input option that lacks a part is refused with the form that is meant") {
  for (const char* text : {"", "vision", "=a.png", "vision=", "dataframe=a.csv:key=", "dataframe=a.csv:=x",
                           "dataframe=a.csv:key=a,", "dataframe=a.csv:key=a,key=b", "dataframe=:key=a"}) {
    INFO(text);
    REQUIRE_THROWS_AS(parse_input_option(text), assay::Error);
  }
}

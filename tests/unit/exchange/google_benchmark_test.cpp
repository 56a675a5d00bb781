// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/core/error.h"
#include "harness/exchange/tool_result.h"

using namespace assay;
using Catch::Matchers::Contains;

namespace {

std::string document(const std::string& rows) { return R"({"context": {}, "benchmarks": [)" + rows + "]}"; }

std::string refusal(const std::string& text) {
  try {
    read_google_benchmark(text, "bench.json");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_input);
    return error.what();
  }
  return "nothing was refused";
}

}  // namespace

TEST_CASE("repetitions are samples, aggregates are left out, and counters become readings of a call") {
  const auto results = read_google_benchmark(document(R"(
    {"name": "BM_Sort/64", "run_name": "BM_Sort/64", "run_type": "iteration", "repetition_index": 0,
     "iterations": 2000, "real_time": 1.5, "cpu_time": 1.25, "time_unit": "us", "items_per_second": 10.0, "odd": 1},
    {"name": "BM_Sort/64", "run_name": "BM_Sort/64", "run_type": "iteration", "repetition_index": 1,
     "iterations": 2000, "real_time": 2.5, "cpu_time": 1.75, "time_unit": "us", "items_per_second": 20.0, "odd": 3},
    {"name": "BM_Sort/64_mean", "run_name": "BM_Sort/64", "run_type": "aggregate", "aggregate_name": "mean",
     "iterations": 2, "real_time": 2.0, "cpu_time": 1.5, "time_unit": "us"})"),
                                             "bench.json");
  REQUIRE(results.size() == 1);
  CHECK(results[0].name == "BM_Sort/64");
  CHECK(results[0].batch == 2000);
  CHECK(results[0].call_ns == std::vector<double>{1500, 2500});
  REQUIRE(results[0].readings.size() == 3);
  CHECK(results[0].readings[0].metric == "google_benchmark.cpu_time");
  CHECK(results[0].readings[0].value == 1500);
  CHECK(results[0].readings[1].metric == "google_benchmark.items_per_second");
  CHECK(results[0].readings[1].unit == "item/s");
  CHECK(results[0].readings[1].value == 15);
  CHECK(results[0].readings[2].value == 2);
}

TEST_CASE("a benchmark that failed or was skipped has the tool's own reason and no times") {
  const auto results = read_google_benchmark(
      document(R"({"name": "a", "run_type": "iteration", "error_occurred": true, "error_message": "no data"},
                  {"name": "b", "run_type": "iteration", "skipped": "WITH_MESSAGE", "skip_message": "no GPU"},
                  {"name": "c", "iterations": 1, "real_time": 3, "skipped": false})"),
      "bench.json");
  REQUIRE(results.size() == 3);
  CHECK(results[0].error == "no data");
  CHECK(results[0].call_ns.empty());
  CHECK(results[1].error == "skipped: no GPU");
  CHECK(results[2].error.empty());
  CHECK(results[2].call_ns == std::vector<double>{3});
}

TEST_CASE("bare NaN and Infinity, which the tool writes, are read: such a counter has no value") {
  const auto results = read_google_benchmark(
      document(
          R"({"name": "NaN Infinity \" NaN", "iterations": 1, "real_time": 3.0, "x": NaN, "y": -Infinity, "z": Infinity})"),
      "bench.json");
  REQUIRE(results.size() == 1);
  CHECK(results[0].name == "NaN Infinity \" NaN");
  CHECK(results[0].readings.empty());
  const auto timeless =
      read_google_benchmark(document(R"({"name": "a", "iterations": 1, "real_time": NaN})"), "bench.json");
  REQUIRE(timeless.size() == 1);
  CHECK(timeless[0].call_ns.empty());
  CHECK(timeless[0].error == "its real_time is no finite number");
}

TEST_CASE("what is not Google Benchmark's JSON is refused with the place") {
  CHECK_THAT(refusal("{\"benchmarks\": [{\"name\""), Contains("bench.json: not JSON at byte"));
  CHECK_THAT(refusal("[]"), Contains("no list 'benchmarks'"));
  CHECK_THAT(refusal(R"({"benchmarks": 3})"), Contains("no list 'benchmarks'"));
  CHECK_THAT(refusal(document("3")), Contains("benchmarks[0]: is not an object"));
  CHECK_THAT(refusal(document(R"({"iterations": 1})")), Contains("benchmarks[0]: has no name"));
  CHECK_THAT(refusal(document(R"({"name": "a", "iterations": 0, "real_time": 3})")),
             Contains("iterations is out of range"));
  CHECK_THAT(refusal(document(R"({"name": "a", "iterations": 1, "real_time": -3})")),
             Contains("real_time is below 0"));
  CHECK_THAT(refusal(document(R"({"name": "a", "iterations": 1, "real_time": 3, "time_unit": "h"})")),
             Contains("time_unit is 'h'"));
}

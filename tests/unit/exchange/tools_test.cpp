// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/core/error.h"
#include "harness/exchange/tool_result.h"

using namespace assay;
using Catch::Matchers::Contains;

namespace {

template <typename Read>
std::string refusal(const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_input);
    return error.what();
  }
  return "nothing was refused";
}

std::string pytest_refusal(const std::string& row) {
  return refusal([&] { read_pytest_benchmark("{\"benchmarks\": [" + row + "]}", "p.json"); });
}

std::string criterion_refusal(const std::string& sample) {
  return refusal([&] { read_criterion(R"({"full_id": "a/b"})", sample, "new"); });
}

}  // namespace

TEST_CASE("pytest-benchmark: a round is a sample, its seconds are of a call, node ids are names") {
  const auto results = read_pytest_benchmark(
      R"({"machine_info": {}, "version": "5.3.1", "benchmarks": [
          {"group": null, "name": "test_p[10]", "fullname": "b.py::test_p[10]", "params": {"n": 10},
           "stats": {"min": 1e-6, "iqr": NaN, "rounds": 2, "data": [1e-6, 2e-6], "iterations": 20}},
          {"fullname": "b.py::test_q", "stats": {"iterations": 1}}]})",
      "p.json");
  REQUIRE(results.size() == 2);
  CHECK(results[0].name == "b.py::test_p[10]");
  CHECK(results[0].batch == 20);
  REQUIRE(results[0].call_ns.size() == 2);
  CHECK(results[0].call_ns[1] == Approx(2000));
  CHECK(results[1].call_ns.empty());
}

TEST_CASE("what is not pytest-benchmark's JSON is refused with the place") {
  CHECK_THAT(refusal([] { read_pytest_benchmark("{\"benchmarks\": [{", "p.json"); }),
             Contains("not JSON at byte"));
  CHECK_THAT(refusal([] { read_pytest_benchmark("[]", "p.json"); }), Contains("no list 'benchmarks'"));
  CHECK_THAT(pytest_refusal("3"), Contains("p.json: benchmarks[0]: is not an object"));
  CHECK_THAT(pytest_refusal("{}"), Contains("has no fullname"));
  CHECK_THAT(pytest_refusal(R"({"fullname": "a", "stats": 3})"), Contains("no object 'stats'"));
  CHECK_THAT(pytest_refusal(R"({"fullname": "a", "stats": {"iterations": 0}})"), Contains("out of range"));
  CHECK_THAT(pytest_refusal(R"({"fullname": "a", "stats": {"iterations": 1, "data": {}}})"),
             Contains("no list"));
  for (const char* value : {"-1", "NaN", "\"1\"", "1e300"})
    CHECK_THAT(pytest_refusal(R"({"fullname": "a", "stats": {"iterations": 1, "data": [)" +
                              std::string(value) + "]}}"),
               Contains("no time"));
}

TEST_CASE("Criterion: each sample has the mean of its calls, the batch is the least") {
  const auto result = read_criterion(
      R"({"group_id": "sort", "function_id": "std", "value_str": "64", "full_id": "sort/std/64"})",
      R"({"sampling_mode": "Linear", "iters": [10.0, 20.0], "times": [1000.0, 3000.0]})", "new");
  CHECK(result.name == "sort/std/64");
  CHECK(result.batch == 10);
  CHECK(result.call_ns == std::vector<double>{100, 150});
}

TEST_CASE("what is not Criterion's is refused with the file") {
  CHECK_THAT(refusal([] { read_criterion("[]", "{}", "new"); }),
             Contains("new/benchmark.json: has no full_id"));
  CHECK_THAT(criterion_refusal("{\"iters\""), Contains("new/sample.json: not JSON at byte"));
  CHECK_THAT(criterion_refusal("[]"), Contains("no list 'iters'"));
  CHECK_THAT(criterion_refusal(R"({"iters": [1], "times": []})"), Contains("not of one length"));
  CHECK_THAT(criterion_refusal(R"({"iters": [0], "times": [1]})"), Contains("[0] are out of range"));
  CHECK_THAT(criterion_refusal(R"({"iters": [1], "times": [-1]})"), Contains("out of range"));
}

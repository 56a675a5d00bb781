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

TEST_CASE("nvbench: states are named by their axes, samples stand beside, what is not finite is no reading") {
  const auto read = [](const std::string& bytes) {
    return read_nvbench(R"({"benchmarks": [{"name": "copy", "states": [
        {"axis_values": [{"name": "N", "type": "int64", "value": "8"}], "is_skipped": false, "summaries": [
          {"tag": "nv/cold/time/cpu/mean", "hint": "duration", "data": [{"name": "value", "value": "2e-6"}]},
          {"tag": "nv/cold/time/gpu/stdev/relative", "data": [{"name": "value", "value": null}]},
          {"tag": "nv/json/bin:nv/cold/sample_times", "data": [
            {"name": "filename", "value": "0.bin"}, {"name": "size", "type": "int64", "value": "2"}]},
          {"tag": "mine", "name": "Mine", "hide": "not for people"}]},
        {"axis_values": null, "is_skipped": true, "skip_reason": "too big"}]}]})",
                        "n.json", [&](const std::string& name) { return name == "0.bin" ? bytes : ""; });
  };
  const auto results = read(std::string("\0\0\0\x3f\0\0\x80\x3f", 8));
  REQUIRE(results.size() == 2);
  CHECK(results[0].name == "copy N=8");
  CHECK(results[0].call_ns == std::vector<double>{5e8, 1e9});
  REQUIRE(results[0].readings.size() == 1);
  CHECK(results[0].readings[0].metric == "nvbench.cold.time.cpu.mean");
  CHECK(results[0].readings[0].value == Approx(2000));
  CHECK(results[1].error == "skipped: too big");
  CHECK_THAT(refusal([&] { read("abc"); }), Contains("cut off"));
  CHECK_THAT(refusal([&] { read(std::string("\0\0\0\x3f", 4)); }), Contains("cut off"));
  CHECK_THAT(refusal([&] { read(""); }), Contains("missing"));
  CHECK_THAT(refusal([&] { read(std::string("\0\0\0\x3f\0\0\xc0\x7f", 8)); }), Contains("no time"));
  CHECK_THAT(refusal([] { read_nvbench("{}", "n.json", {}); }), Contains("no list 'benchmarks'"));
}

TEST_CASE("nvbench: a list gives every combination of values, and no more than can be asked for") {
  const auto states = read_nvbench_list(R"({"benchmarks": [{"name": "a", "axes": [
      {"name": "N", "flags": "pow2", "values": [{"input_string": "4"}, {"input_string": "8"}]},
      {"name": "T", "flags": "", "values": [{"input_string": "x"}, {"input_string": "y", "is_active": false}]}]}]})",
                                        "list");
  CHECK(read_nvbench_list("\n", "list").empty());
  REQUIRE(states.size() == 2);
  CHECK(states[1].name == "a N=8 T=x");
  CHECK(states[1].options ==
        std::vector<std::string>{"--benchmark", "a", "--axis", "N[pow2]=8", "--axis", "T=x"});
  std::string values;
  for (int i = 0; i < 101; ++i) values += (i > 0 ? "," : "") + std::string("{\"input_string\": \"1\"}");
  const std::string axis = "{\"name\": \"N\", \"values\": [" + values + "]}";
  CHECK_THAT(refusal([&] {
               read_nvbench_list(
                   "{\"benchmarks\": [{\"name\": \"a\", \"axes\": [" + axis + "," + axis + "]}]}", "list");
             }),
             Contains("more than 10000"));
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "harness/core/error.h"
#include "harness/run/plan.h"
#include "harness/run/reserved_keys.h"
#include "harness/run/topology.h"

using namespace assay;
using namespace assay::run;

namespace {

WorkerInfo worker() {
  protocol::WorkloadOffer offer;
  offer.definition.name = "vision.resize";
  offer.definition.parameters = {{"width", std::int64_t{1920}, "", {}}};
  offer.definition.inputs = {{"image", "image", "", true}};
  offer.implementations = {
      {"reference", "cpu", "exact", "", {}},
      {"simd", "cpu", "exact", "", {}},
      {"opencv", "cpu", "exact", "", Probe::absent("OpenCV was not found", "apt-get it")}};
  WorkerInfo info;
  info.spec.id = "native";
  info.hello.workloads = {offer};
  return info;
}

PlanRequest request_for(const std::vector<std::string>& selectors, std::vector<BoundInput> inputs = {}) {
  PlanRequest request;
  for (const auto& text : selectors) request.selectors.push_back(parse_selector(text));
  request.inputs = std::move(inputs);
  return request;
}

std::vector<std::string> planned(const PlanRequest& request) {
  std::vector<std::string> texts;
  for (const auto& c : make_plan(request, {worker()}).cases) texts.push_back(to_string(c.value));
  return texts;
}

}  // namespace

TEST_CASE("the reference is timed only when it is named") {
  CHECK(planned(request_for({"vision.*"})) == std::vector<std::string>{"vision.resize/simd@cpu"});
  CHECK(planned(request_for({"vision.*/reference"})) ==
        std::vector<std::string>{"vision.resize/reference@cpu"});
}

TEST_CASE("what is absent is refused with its reason, and the rest is planned") {
  const Plan plan = make_plan(request_for({"vision.resize"}), {worker()});
  REQUIRE(plan.refused.size() == 1);
  CHECK(plan.refused[0].value.implementation == "opencv");
  CHECK(plan.refused[0].probe.remedy == "apt-get it");
}

TEST_CASE("what one worker cannot run is planned for a later one that can, and refused once where none can") {
  WorkerInfo able = worker();
  able.spec.id = "able";
  able.hello.workloads[0].implementations[2].probe = {};
  const Plan plan = make_plan(request_for({"vision.resize/opencv"}), {worker(), able});
  CHECK(plan.refused.empty());
  REQUIRE(plan.cases.size() == 1);
  CHECK(plan.cases[0].worker == "able");
  CHECK(make_plan(request_for({"vision.resize/opencv"}), {able, worker()}).cases.size() == 1);
  CHECK(make_plan(request_for({"vision.resize/opencv"}), {worker(), worker()}).refused.size() == 1);
}

TEST_CASE("a device is selected by its name, and what is absent on it is refused with the device's reason") {
  WorkerInfo gpu = worker();
  auto& offers = gpu.hello.workloads[0].implementations;
  offers.push_back({"cuda", "cuda:0", "exact", "", {}});
  offers.push_back({"cuda", "cuda:1", "exact", "", Probe::absent("it fell off the bus", "restart")});
  const auto texts = [&](const char* selector) {
    std::vector<std::string> all;
    for (const auto& c : make_plan(request_for({selector}), {gpu}).cases) all.push_back(to_string(c.value));
    return all;
  };
  CHECK(texts("vision.resize/*@cuda:*") == std::vector<std::string>{"vision.resize/cuda@cuda:0"});
  CHECK(texts("vision.resize/*@cpu") == std::vector<std::string>{"vision.resize/simd@cpu"});
  CHECK(texts("vision.resize").size() == 2);
  const Plan plan = make_plan(request_for({"vision.resize/cuda@cuda:1"}), {gpu});
  CHECK(plan.cases.empty());
  REQUIRE(plan.refused.size() == 1);
  CHECK(plan.refused[0].probe.reason == "it fell off the bus");
  try {
    make_plan(request_for({"vision.resize/cuda@cuda:7"}), {gpu});
    FAIL("a device that nobody has was planned");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::unavailable);
    CHECK_THAT(error.remedy, Catch::Matchers::Contains("cuda:0") && Catch::Matchers::Contains("cuda:1"));
  }
}

TEST_CASE("a number of threads is refused on a device that is not the CPU") {
  WorkerInfo gpu = worker();
  gpu.hello.workloads[0].implementations.push_back({"cuda", "cuda:0", "exact", "", {}});
  const Plan plan = make_plan(request_for({"vision.resize/cuda?threads=1|all"}), {gpu});
  REQUIRE(plan.cases.size() == 1);
  CHECK(to_string(plan.cases[0].value) == "vision.resize/cuda@cuda:0");
  REQUIRE(plan.refused.size() == 1);
  CHECK_THAT(plan.refused[0].probe.reason, Catch::Matchers::Contains("cuda:0"));
}

TEST_CASE("a case that two selectors name is planned once") {
  CHECK(planned(request_for({"vision.*", "vision.resize/simd"})).size() == 1);
}

TEST_CASE("a selector that matches nothing is an error with the closest name") {
  try {
    make_plan(request_for({"vision.resiz"}), {worker()});
    FAIL("planned");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::usage);
    CHECK(error.remedy.find("did you mean 'vision.resize'") == 0);
  }
}

TEST_CASE("a real input makes another case, with the file's hash in its identity") {
  const BoundInput photo{
      "vision", "photo.jpg", "aaaaaaaaaaaa", std::string(64, 'a'), 10, {{"image", "/cache/image.npy"}}, ""};
  const Plan plan = make_plan(request_for({"vision.resize/simd"}, {photo}), {worker()});
  REQUIRE(plan.cases.size() == 1);
  CHECK(to_string(plan.cases[0].value) == "vision.resize/simd?input=aaaaaaaaaaaa@cpu");
  CHECK(plan.cases[0].inputs.at("image") == "/cache/image.npy");
}

TEST_CASE("every launch is scheduled once, in rounds, in an order that the seed decides") {
  std::vector<PlannedCase> cases(5);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    cases[i].ordinal = static_cast<std::int64_t>(i);
    cases[i].launches = i == 0 ? 2 : 6;
  }
  const auto schedule = make_schedule(cases, 1);
  REQUIRE(schedule.size() == 26);
  std::set<std::pair<std::int64_t, int>> seen;
  int round = 0;
  for (std::size_t i = 0; i < schedule.size(); ++i) {
    CHECK(seen.insert({schedule[i].case_ordinal, schedule[i].index}).second);
    CHECK(schedule[i].index >= round);
    round = schedule[i].index;
    if (i > 0) CHECK(schedule[i].case_ordinal != schedule[i - 1].case_ordinal);
  }
  const auto order = [](const auto& s) {
    std::vector<std::int64_t> ordinals;
    for (const auto& launch : s) ordinals.push_back(launch.case_ordinal);
    return ordinals;
  };
  CHECK(order(schedule) == order(make_schedule(cases, 1)));
  CHECK(order(schedule) != order(make_schedule(cases, 2)));
}

TEST_CASE("a stream is as long as its time allows, at the rate asked for or the one that can be answered") {
  CHECK(stream_length({1000}, 1e9, 1e3, 100'000) == 1000);
  CHECK(stream_length({1000}, 1e9, 1e7, 100'000) ==
        100);  // overload: the queue grows, the launch ends in time
  CHECK(stream_length({1e6}, 1e9, 1, 5000) == 5000);
  CHECK(stream_length({0.1}, 1e9, 1, 5000) == 1);
  CHECK(stream_length({10}, 0, 1, 5000) == 1);
}

TEST_CASE("open-loop arrivals have the rate that was asked for and exponential gaps") {
  CHECK_FALSE(open_loop({}).has_value());
  CHECK(open_loop({{"load", std::string("open:30")}})->rate_hz == 30);
  for (const char* bad : {"open", "open:", "open:0", "open:-1", "open:x", "open:1e-300", "closed", "fast"}) {
    CHECK_THROWS_AS(open_loop({{"load", std::string(bad)}}), Error);
  }
  const auto due = arrivals({1000.0}, 7, 20'000, INT64_MAX);
  CHECK(std::is_sorted(due.begin(), due.end()));
  CHECK(static_cast<double>(due.back()) * 1e-9 == Approx(20.0).epsilon(0.03));
  std::size_t longer = 0;
  for (std::size_t i = 1; i < due.size(); ++i) longer += due[i] - due[i - 1] > 1'000'000 ? 1 : 0;
  CHECK(static_cast<double>(longer) / 20'000 == Approx(std::exp(-1.0)).epsilon(0.05));
}

TEST_CASE("no request of an open loop is due after the launch's time, and one is due in any case") {
  CHECK(arrivals({0.001}, 7, 1, 20'000'000) == std::vector<std::int64_t>{20'000'000});
  const auto due = arrivals({1000.0}, 7, 1000, 500'000'000);
  CHECK(due.back() <= 500'000'000);
  CHECK(due.size() == Approx(500).margin(100));
}

TEST_CASE("CPU lists and thread counts are taken apart or refused") {
  CHECK(parse_cpu_list("0,2-3", {0, 1, 2, 3}) == std::vector<int>{0, 2, 3});
  for (const char* bad : {"", "x", "1-", "3-1", "0,,1", "-1"}) {
    INFO(bad);
    CHECK_THROWS_AS(parse_cpu_list(bad, {0, 1, 2, 3}), Error);
  }
  CHECK_THROWS_AS(parse_cpu_list("9", {0, 1}), Error);
  CHECK(choose_cpus({4, 5}, "all") == std::vector<int>{4, 5});
  CHECK(choose_cpus({4, 5}, "1") == std::vector<int>{4});
  CHECK_THROWS_AS(choose_cpus({4, 5}, "3"), Error);
  CHECK_THROWS_AS(choose_cpus({4, 5}, "some"), Error);
}

TEST_CASE("what a given file says is no parameter of a case, and is told where a selector names it") {
  WorkerInfo info = worker();
  info.hello.workloads[0].definition.parameters = {{"width", std::int64_t{1920}, "", {}, true},
                                                   {"out", std::int64_t{640}, "", {}}};
  const BoundInput input{"vision", "a.png", "aaaaaaaaaaaa", "", 10, {{"image", "/c/a.npy"}}, ""};
  const Plan plan = make_plan(request_for({"vision.resize/simd?width=1|2&out=8"}, {input}), {info});
  REQUIRE(plan.cases.size() == 1);
  CHECK(to_string(plan.cases[0].value) == "vision.resize/simd?input=aaaaaaaaaaaa&out=8@cpu");
  CHECK(plan.cases[0].params.count("width") == 0);
  CHECK(plan.cases[0].params.count("out") == 1);
  CHECK(plan.of_input == std::set<std::string>{"width"});
  const Plan seeded = make_plan(request_for({"vision.resize/simd?width=1|2"}), {info});
  CHECK(seeded.cases.size() == 2);
  CHECK(seeded.of_input.empty());
}

TEST_CASE("a case is planned on real input only when that very file is given") {
  const std::string key(12, 'a');
  const BoundInput input{"vision", "a.png", key, std::string(64, 'b'), 10, {{"image", "/c/a.npy"}}, ""};
  const std::string with_key = "vision.resize/simd?input=" + key + "@cpu";
  CHECK(planned(request_for({"vision.resize/simd"}, {input})) == std::vector<std::string>{with_key});
  CHECK(planned(request_for({with_key}, {input})) == std::vector<std::string>{with_key});
  CHECK_THROWS_AS(planned(request_for({with_key})), Error);
  CHECK_THROWS_AS(planned(request_for({"vision.resize/simd?input=bbbbbbbbbbbb"}, {input})), Error);
}

TEST_CASE("of two workers that offer one case the first runs it, and the plan says which is not asked") {
  WorkerInfo other = worker();
  other.spec.id = "./mine";
  const Plan plan = make_plan(request_for({"vision.resize/simd", "vision.*"}), {other, worker()});
  REQUIRE(plan.cases.size() == 1);
  CHECK(plan.cases[0].worker == "./mine");
  REQUIRE(plan.hidden.size() == 1);
  CHECK(plan.hidden.at("vision.resize/simd@cpu") ==
        "worker './mine' runs it; 'native' offers it too, and is not asked");
  CHECK(make_plan(request_for({"vision.resize/simd", "vision.*"}), {worker()}).hidden.empty());
}

TEST_CASE("a workload that is absent is refused with its reason when it is asked for") {
  WorkerInfo info = worker();
  protocol::WorkloadOffer gone;
  gone.definition.name = "demo.gone";
  gone.probe = Probe::absent("NoSuchLibrary was not found", "apt-get it");
  info.hello.workloads.push_back(gone);
  for (const auto& [text, asked] : std::map<std::string, std::string>{
           {"demo.gone", "any"}, {"demo.gone/fast?n=3", "fast"}, {"demo.*/fast", "any"}}) {
    const Plan plan = make_plan(request_for({text}), {info});
    CHECK(plan.cases.empty());
    REQUIRE(plan.refused.size() == 1);
    CHECK(to_string(plan.refused[0].value) == "demo.gone/" + asked + "@cpu");
    CHECK(plan.refused[0].probe.remedy == "apt-get it");
  }
  CHECK(make_plan(request_for({"vision.*"}), {info}).refused.size() == 1);
}

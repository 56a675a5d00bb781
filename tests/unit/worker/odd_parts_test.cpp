// SPDX-License-Identifier: Apache-2.0
// Instances and collectors that break their contract: what a worker makes of them.
#include <catch2/catch.hpp>
#include <limits>
#include <memory>
#include <stdexcept>

#include "harness/core/error.h"
#include "harness/worker/native_handler.h"

using namespace assay;
using namespace assay::worker;

namespace {

/// Counts its calls, and as "kind" says leaves its result when told to spoil it, or part of it, returns more
/// than its shape, or throws from the function of that name.
class Odd final : public Instance {
 public:
  explicit Odd(std::string kind) : kind_(std::move(kind)) { throw_in("make"); }
  void call() override {
    throw_in("call");
    values_ = {1, 2, 3, 4};
  }
  std::vector<Tensor> output() override {
    throw_in("output");
    Tensor whole = Tensor::from<std::int64_t>("y", {4}, values_);
    if (kind_ == "longer") whole.shape = {2};
    return {whole, Tensor::from<std::int64_t>("n", {1}, {&count_, 1}),
            Tensor::from<std::int64_t>("none", {0}, {})};
  }
  void spoil() override {
    throw_in("spoil");
    if (kind_ == "kept") return;
    values_.assign(4, -1);
    if (kind_ != "part") count_ = -1;
  }
  Work work() const override {
    throw_in("work");
    return {};
  }
  std::size_t resident_bytes() const override { return 8; }
  std::string input_digest() const override { return ""; }

 private:
  void throw_in(const std::string& function) const {
    if (kind_ == function) throw std::out_of_range("no such row");
  }
  std::string kind_;
  std::vector<std::int64_t> values_{0, 0, 0, 0};
  std::int64_t count_ = 7;
};

Workload make_odd() {
  Workload workload;
  workload.definition.name = "odd.sum";
  workload.definition.unit_of_work = "calls";
  for (const char* kind :
       {"reference", "kept", "part", "longer", "make", "work", "call", "output", "spoil"}) {
    Implementation i;
    i.name = kind;
    i.make = [kind](const Preparation&) -> std::unique_ptr<Instance> { return std::make_unique<Odd>(kind); };
    workload.implementations.push_back(i);
  }
  return workload;
}

const char* const steps[] = {"open", "start", "stop", "read", "none", "nan"};

/// Fails at one of its steps, or reads nothing, or no number.
class Broken final : public Collector {
 public:
  explicit Broken(const char* step) : step_(step) {}
  std::vector<Metric> metrics() const override { return {{step_ + ".n", "count"}}; }
  Probe probe() override { return Probe::present(); }
  void open(const std::vector<std::string>& events) override {
    if (!events.empty()) throw Error(ErrorCode::usage, "broken has no event '" + events.front() + "'");
    fail_at("open");
  }
  void start() override { fail_at("start"); }
  void stop() override { fail_at("stop"); }
  std::vector<Reading> read() override {
    fail_at("read");
    if (step_ == "none") return {};
    return {{step_ + ".n", std::numeric_limits<double>::quiet_NaN(), "count", ReadingState::ok, 1, {}}};
  }

 private:
  void fail_at(const std::string& step) const {
    if (step == step_) throw std::runtime_error("the device is gone at " + step);
  }
  std::string step_;
};

template <int index>
std::unique_ptr<Collector> make_broken() {
  return std::make_unique<Broken>(steps[index]);
}

/// Declares what another collector has.
class Twin final : public Collector {
 public:
  std::vector<Metric> metrics() const override { return {{"open.n", "count"}}; }
  Probe probe() override { return Probe::present(); }
  void open(const std::vector<std::string>&) override {}
  void start() override {}
  void stop() override {}
  std::vector<Reading> read() override { return {}; }
};

const ComponentTable& table() {
  static const ComponentTable all{
      {{"odd.sum", &make_odd}},
      {{"open", &make_broken<0>},
       {"start", &make_broken<1>},
       {"stop", &make_broken<2>},
       {"read", &make_broken<3>},
       {"none", &make_broken<4>},
       {"nan", &make_broken<5>},
       {"throws", []() -> std::unique_ptr<Collector> { throw std::runtime_error("no such device"); }},
       {"null", []() -> std::unique_ptr<Collector> { return nullptr; }},
       {"twin", []() -> std::unique_ptr<Collector> { return std::make_unique<Twin>(); }}},
      {},
      {},
      {{"workload", "odd.gone", "NoSuchLibrary was not found", "get it"}},
      {},
      "1",
      "any"};
  return all;
}

std::unique_ptr<NativeHandler> prepared(const std::string& implementation) {
  auto worker = std::make_unique<NativeHandler>("odd", Subject{"odd", "1", {}, {}, {}}, table());
  worker->prepare({.value = parse_case("odd.sum/" + implementation + "@cpu"),
                   .params = {},
                   .seed = 1,
                   .cpus = {},
                   .inputs = {}});
  return worker;
}

}  // namespace

TEST_CASE("an instance that spoils no output, or not every one, is refused: old results could be verified") {
  CHECK(prepared("reference")->verify(false).size() == 3);
  for (const auto& [kind, output] : {std::pair{"kept", "'y'"}, std::pair{"part", "'n'"}}) {
    INFO(kind);
    CHECK_THROWS_WITH(prepared(kind)->verify(false),
                      Catch::Matchers::Contains("spoil() left the output " + std::string(output)));
  }
}

TEST_CASE("what a workload throws names the function that it came out of") {
  for (const std::string function : {"make", "work", "call", "output", "spoil"}) {
    INFO(function);
    CHECK_THROWS_WITH(prepared(function)->verify(false), function + "() threw: no such row");
  }
  CHECK_THROWS_WITH(prepared("call")->measure(
                        {.batch = 1, .samples = 3, .schedule_ns = {}, .cold = false, .collectors = {}}),
                    "call() threw: no such row");
}

TEST_CASE("an output with more elements than its shape is refused: the rest would not be compared") {
  CHECK_THROWS_WITH(prepared("longer")->verify(false), Catch::Matchers::Contains("holds 4 elements"));
}

TEST_CASE("a collector that fails costs its readings, with the reason, and not the case's times") {
  auto worker = prepared("reference");
  for (const std::string name : steps) {
    INFO(name);
    const bool none = name == "none";
    const std::string reason = none ? "no reading" : name == "nan" ? "no finite number" : "gone at " + name;
    for (int chunk = 0; chunk < 2; ++chunk) {
      const auto measured =
          worker->measure({.batch = 1, .samples = 3, .schedule_ns = {}, .cold = false, .collectors = {name}});
      CHECK(measured.samples.size() == 3);
      REQUIRE(measured.readings.size() == 1);  // and nothing of what it cost
      CHECK_FALSE(measured.readings[0].value);
      CHECK(measured.readings[0].metric == name + ".n");
      CHECK(measured.readings[0].state ==
            (name == "nan" ? ReadingState::not_counted : ReadingState::unsupported));
      CHECK_THAT(measured.readings[0].reason, Catch::Matchers::Contains(reason));
    }
  }
  CHECK_THROWS_AS(
      worker->measure({.batch = 1, .samples = 1, .schedule_ns = {}, .cold = false, .collectors = {"read:x"}}),
      Error);
}

TEST_CASE("a collector that cannot be made, or has another one's metric, keeps its row with the reason") {
  const auto offers = NativeHandler("odd", Subject{}, table()).hello("").collectors;
  REQUIRE(offers.size() == 9);
  CHECK(offers[0].probe.available);
  CHECK_THAT(offers[6].probe.reason, Catch::Matchers::Contains("no such device"));
  CHECK_THAT(offers[7].probe.reason, Catch::Matchers::Contains("makes no collector"));
  CHECK_THAT(offers[8].probe.reason, Catch::Matchers::Contains("one of the collector open"));
}

TEST_CASE("a workload that was not built keeps its row, with reason and remedy") {
  NativeHandler worker("odd", Subject{}, table());
  const auto hello = worker.hello("");
  REQUIRE(hello.workloads.size() == 2);
  CHECK(hello.workloads[1].definition.name == "odd.gone");
  CHECK(hello.workloads[1].probe.reason == "NoSuchLibrary was not found");
  CHECK(worker.hello("odd.sum").workloads.size() == 1);
}

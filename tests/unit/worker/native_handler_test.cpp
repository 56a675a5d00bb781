// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/native_handler.h"

#include <sched.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "harness/core/error.h"
#include "tests/unit/worker/toy.h"

using namespace assay;
using namespace assay::worker;

namespace {

protocol::PrepareRequest request_for(const std::string& text, std::vector<int> cpus = {}) {
  return {.value = parse_case(text), .params = {}, .seed = 1, .cpus = std::move(cpus), .inputs = {}};
}

template <typename Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return {ErrorCode::internal, ""};
}

NativeHandler handler() { return NativeHandler("toy", Subject{"toy", "1", {}, {}, {}}, toy::table()); }

}  // namespace

TEST_CASE("hello lists what is built, what is in modules and what is absent with reason and remedy") {
  auto worker = handler();
  const auto hello = worker.hello("");
  REQUIRE(hello.workloads.size() == 1);
  const auto& offers = hello.workloads[0].implementations;
  REQUIRE(offers.size() == 7);
  CHECK(offers[0].name == "reference");
  CHECK(offers[0].probe.available);
  CHECK(offers[3].name == "linked");
  CHECK(offers[3].probe.available);
  CHECK(offers[4].name == "ghost");  // its module's file does not exist
  CHECK_FALSE(offers[4].probe.available);
  CHECK(offers[5].name == "openblas");
  CHECK(offers[5].probe.reason == "openblas was not found");
  CHECK(offers[5].probe.remedy == "apt-get install libopenblas-dev");
  REQUIRE(hello.collectors.size() == 2);
  REQUIRE(hello.collectors[0].metrics.size() == 2);
  CHECK(hello.collectors[0].metrics[1].id == "calls.cost");
  CHECK_FALSE(hello.collectors[1].probe.available);
  CHECK(hello.clock_resolution_ns >= 1);
}

TEST_CASE("hello describes the one workload that a launch asks for, and no collectors") {
  auto worker = handler();
  const auto hello = worker.hello("toy.sum");
  REQUIRE(hello.workloads.size() == 1);
  CHECK(hello.workloads[0].implementations.size() == 6);
  CHECK(hello.collectors.empty());
  CHECK(hello.devices.size() == 1);
  CHECK(hello.subject.name == "toy");
  CHECK(worker.hello("toy.other").workloads.empty());
}

TEST_CASE("an implementation that is a component of its own runs beside those of its workload") {
  auto worker = handler();
  worker.prepare(request_for("toy.sum/linked?n=100@cpu"));
  const std::string linked = worker.verify(false).at(0).digest;
  worker.prepare(request_for("toy.sum/reference?n=100@cpu"));
  CHECK(linked == worker.verify(false).at(0).digest);
}

TEST_CASE("a table whose names do not fit together says which") {
  ComponentTable table = toy::table();
  table.workloads[0].name = "toy.total";
  const Error renamed = error_of([&] { Catalogue{table}; });
  CHECK_THAT(renamed.what(), Catch::Matchers::Contains("toy.total") && Catch::Matchers::Contains("toy.sum"));
  table = toy::table();
  table.implementations[0].workload = "toy.smu";
  CHECK_THAT(error_of([&] { Catalogue{table}; }).what(), Catch::Matchers::Contains("toy.smu"));
  table = toy::table();
  table.modules[0].workload = "toy.smu";
  CHECK_THAT(error_of([&] { Catalogue{table}; }).what(), Catch::Matchers::Contains("toy.smu"));
  table.absent.push_back({"workload", "toy.smu", "a library was not found", ""});
  CHECK_NOTHROW(Catalogue{table});  // its implementation has nothing to run
}

TEST_CASE("a launch lists no devices but the CPU; asked for all, each kind has a row with its reason") {
  auto worker = handler();
  const auto brief = worker.hello("toy.sum");
  REQUIRE(brief.devices.size() == 1);
  CHECK(brief.devices[0].device.name == "cpu");
  CHECK(brief.workloads[0].implementations.size() == 6);
  const auto all = worker.hello("");
  REQUIRE(all.devices.size() == 3);
  CHECK(all.devices[1].device.name == "ghost:0");  // its module's file does not exist
  CHECK_FALSE(all.devices[1].probe.available);
  CHECK(all.devices[2].device.name == "warp:0");
  CHECK(all.devices[2].probe.reason == "no compiler for warp cores");
  const auto& last = all.workloads[0].implementations.back();
  CHECK(last.name == "warp");
  CHECK(last.device == "warp:0");
  CHECK(last.probe.remedy == "get one");
}

TEST_CASE("a case is prepared, verified, measured, and verified again") {
  auto worker = handler();
  const int cpu = sched_getcpu();
  const auto prepared = worker.prepare(request_for("toy.sum/reference?n=100&threads=1@cpu", {cpu}));
  CHECK(prepared.work.units == 100);
  CHECK(prepared.unit_of_work == "values");
  CHECK(prepared.accuracy == "exact");
  CHECK(prepared.threads == 1);
  CHECK(prepared.placement == std::vector<int>{cpu});
  const auto before = worker.verify(false);
  REQUIRE(before.size() == 1);
  CHECK(before[0].digest.starts_with("crc32:"));
  CHECK(before[0].path.empty());
  const auto measured =
      worker.measure({.batch = 2, .samples = 30, .schedule_ns = {}, .cold = false, .collectors = {}});
  CHECK(measured.samples.size() == 30);
  CHECK(measured.samples.batch == 2);
  REQUIRE(measured.tracks.size() == 1);
  CHECK(measured.tracks[0].value.size() == 60);  // not 61: what verify made was dropped
  CHECK(measured.tracks[0].offset_ns[0] >= 0);
  CHECK(measured.tracks[0].offset_ns[0] < 1'000'000'000);
  CHECK(worker.verify(false)[0].digest == before[0].digest);
  const auto as_values = worker.verify(true).at(0);
  CHECK(as_values.digest.empty());
  CHECK(digest(read_npy(as_values.path)) == before[0].digest);
}

TEST_CASE("what is verified after measuring was made while measuring, not left over from before") {
  const auto measured_digest = [](const std::string& name) {
    auto worker = handler();
    worker.prepare(request_for("toy.sum/" + name + "@cpu"));
    worker.verify(false);
    worker.measure({.batch = 3, .samples = 2, .schedule_ns = {}, .cold = false, .collectors = {}});
    return worker.verify(false).at(0).digest;
  };
  CHECK(measured_digest("reference") != measured_digest("lazy"));
}

TEST_CASE("reals travel as a file that is gone when the worker is") {
  std::string path;
  {
    auto worker = handler();
    worker.prepare(request_for("toy.sum/real@cpu"));
    path = worker.verify(false).at(0).path;
    CHECK(read_npy(path).view<double>()[0] == 45);
    worker.prepare(request_for("toy.sum/real?n=3@cpu"));
    CHECK(read_npy(worker.verify(false).at(0).path).view<double>()[0] == 3);
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("inexact integers travel as values, because equality is not what is asked of them") {
  auto worker = handler();
  worker.prepare(request_for("toy.sum/reference?accuracy=near@cpu"));
  const auto output = worker.verify(false).at(0);
  CHECK(output.digest.empty());
  CHECK(read_npy(output.path).view<std::int64_t>()[0] == 45);
}

TEST_CASE("collectors named in a request read the chunk; unknown and absent ones say so") {
  auto worker = handler();
  worker.prepare(request_for("toy.sum/reference@cpu"));
  const auto measured = worker.measure(
      {.batch = 1, .samples = 3, .schedule_ns = {}, .cold = false, .collectors = {"calls:a,b"}});
  REQUIRE(measured.readings.size() == 2);
  CHECK(*measured.readings[0].value == 2);             // the events that it was opened with
  CHECK(measured.readings[1].metric == "calls.cost");  // what the collector itself took, never nothing
  CHECK(*measured.readings[1].value > 0);
  const auto measure_with = [&](const std::string& name) {
    return error_of([&] {
      worker.measure({.batch = 1, .samples = 1, .schedule_ns = {}, .cold = false, .collectors = {name}});
    });
  };
  CHECK(measure_with("call").remedy.find("calls") != std::string::npos);
  CHECK(measure_with("papi").code == ErrorCode::unavailable);
  CHECK(measure_with("papi").remedy == "apt-get install libpapi-dev");
}

TEST_CASE("a cold chunk and an open loop are measured on the same prepared case") {
  setenv("ASSAY_SYSFS_ROOT", "/nonexistent", 1);
  auto worker = handler();
  worker.prepare(request_for("toy.sum/reference@cpu"));
  const protocol::MeasureRequest cold{
      .batch = 1, .samples = 2, .schedule_ns = {}, .cold = true, .collectors = {}};
  CHECK(worker.measure(cold).samples.size() == 2);
  const protocol::MeasureRequest open{
      .batch = 1, .samples = 2, .schedule_ns = {0, 2'000'000}, .cold = false, .collectors = {}};
  CHECK(worker.measure(open).samples.start_ns[1] >= 2'000'000);
  unsetenv("ASSAY_SYSFS_ROOT");
}

TEST_CASE("what cannot be prepared is refused with its reason, and the worker stays usable") {
  auto worker = handler();
  const auto code = [&](const std::string& text, std::vector<int> cpus = {}) {
    return error_of([&] { worker.prepare(request_for(text, std::move(cpus))); });
  };
  CHECK(code("toy.summ/reference@cpu").remedy.find("toy.sum") != std::string::npos);
  CHECK(code("toy.sum/refrence@cpu").remedy.find("reference") != std::string::npos);
  CHECK(code("toy.sum/reference?m=1@cpu").code == ErrorCode::usage);
  CHECK(code("toy.sum/reference?v=2@cpu").code == ErrorCode::unavailable);
  CHECK(code("toy.sum/real?threads=2@cpu", {0}).code == ErrorCode::usage);
  CHECK(code("toy.sum/reference@cuda:0").code == ErrorCode::unavailable);
  CHECK(code("toy.sum/openblas@cpu").remedy == "apt-get install libopenblas-dev");
  CHECK(code("toy.sum/ghost@cpu").code == ErrorCode::unavailable);
  CHECK(code("toy.sum/reference?n=-1@cpu").code == ErrorCode::unavailable);  // does not fit into memory
  CHECK(error_of([&] { worker.verify(false); }).code == ErrorCode::usage);
  worker.prepare(request_for("toy.sum/reference@cpu"));
  CHECK(worker.verify(false).size() == 1);
}

// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/notes.h"

#include <catch2/catch.hpp>

using namespace assay;
using answers_detail::Ceilings;
using answers_detail::notes_of;
using Catch::Matchers::Contains;

namespace {

ResultRow row_of(double bytes_per_s, int threads = 1) {
  ResultRow row;
  row.value = {"a.b", "c", {}, "cpu"};
  row.threads = threads;
  row.work.minimum_bytes = 1 << 20;
  MetricValue metric;
  metric.id = "throughput.bytes";
  metric.value = bytes_per_s;
  row.metrics = {metric};
  return row;
}

std::vector<std::string> codes(const ResultRow& row, const Ceilings& ceilings = {}) {
  std::vector<std::string> codes;
  for (const auto& note : notes_of(row, ceilings)) codes.push_back(note.code);
  return codes;
}

const std::vector<std::string> none;
const std::vector<std::string> implausible{"implausible_rate"};

}  // namespace

TEST_CASE("a case faster than four times any level that the run read is noted") {
  Ceilings ceilings;
  ceilings[{"cpu", 1}].memory = {{1 << 14, 200e9}, {1 << 28, 20e9}};
  ceilings[{"cuda:0", 0}].memory = {{1 << 28, 3000e9}};
  CHECK(codes(row_of(790e9), ceilings) == none);
  CHECK(codes(row_of(810e9), ceilings) == implausible);
  CHECK(codes(row_of(1590e9, 2), ceilings) == none);  // two threads read twice as much
  CHECK(codes(row_of(1610e9, 2), ceilings) == implausible);
  CHECK_THAT(notes_of(row_of(810e9), ceilings)[0].text, Contains("810 GB/s") && Contains("200 GB/s"));
  ResultRow gpu = row_of(11'000e9, 0);
  gpu.value.device = "cuda:0";
  CHECK(codes(gpu, ceilings) == none);
  ceilings[{"cuda:0", 0}].memory = {{6144, 1e9}};  // what a launch costs
  CHECK(codes(gpu, ceilings) == none);
  ceilings[{"cuda:0", 0}].memory = {{6144, 1e9}, {1 << 28, 2000e9}};
  CHECK(codes(gpu, ceilings) == implausible);
  CHECK_THAT(notes_of(gpu, ceilings)[0].text, Contains("cuda:0 reads at most 2000 GB/s"));
}

TEST_CASE("a case smaller than every level that was measured may lie in a faster one") {
  Ceilings ceilings;
  ceilings[{"cpu", 1}].memory = {{1 << 28, 20e9}};
  CHECK(codes(row_of(790e9), ceilings) == none);
  ResultRow large = row_of(790e9);
  large.work.minimum_bytes = 1 << 28;
  CHECK(codes(large, ceilings) == implausible);
}

TEST_CASE("a case that computes 32 times what any peak of the run does is noted, on a CPU") {
  ResultRow row = row_of(1e9, 2);
  row.metrics[0].id = "throughput.operations";
  const auto at = [&](double rate, const Ceilings& ceilings = {}) {
    row.metrics[0].value = rate;
    return codes(row, ceilings);
  };
  Ceilings ceilings;
  ceilings[{"cpu", 1}].operations = {{"f32", 50e9}, {"i8", 100e9}};
  CHECK(at(6.3e12, ceilings) == none);  // two threads: 32 x 2 x 100 GOP/s
  CHECK(at(6.5e12, ceilings) == implausible);
  CHECK_THAT(notes_of(row, ceilings)[0].text, Contains("6500 GOP/s") && Contains("200 GOP/s"));
  CHECK(at(39e12) == none);
  CHECK(at(41e12) == implausible);
  row.value.device = "cuda:0";
  CHECK(at(900e12) == none);
  row.value.device = "cpu";
  row.value.workload = "roof.fma";
  CHECK(at(41e12) == none);  // roofs have checks of their own
}

TEST_CASE("what a worker says of the path that its code took is noted") {
  ResultRow row = row_of(1e9);
  row.isa = "avx2";
  CHECK(codes(row) == none);
  row.isa = "Prescott; the oldest kernels";
  CHECK(codes(row) == std::vector<std::string>{"isa"});
  CHECK(notes_of(row, {})[0].text == "Prescott: the oldest kernels");
}

TEST_CASE("that a device waited within calls for the host's launches is noted where it did") {
  ResultRow row = row_of(1e9);
  MetricValue waited;
  waited.id = "device.waited.p50";
  waited.value = 0;
  row.metrics.push_back(waited);
  CHECK(codes(row) == none);
  row.metrics.back().value = 13;
  CHECK(codes(row) == std::vector<std::string>{"device.waited"});
  CHECK_THAT(notes_of(row, {})[0].text, Contains("13 times in a call"));
}

TEST_CASE("without a roof in the run no CPU thread reads 10 TB/s") {
  CHECK(codes(row_of(9.9e12)) == none);
  CHECK(codes(row_of(10.1e12)) == implausible);
  CHECK(codes(row_of(19e12, 2)) == none);
  ResultRow gpu = row_of(20e12, 0);
  gpu.value.device = "cuda:0";
  CHECK(codes(gpu) == none);
  ResultRow unknown = row_of(1);
  unknown.metrics.clear();
  CHECK(codes(unknown) == none);
}

TEST_CASE("lost launches and a result that is not finite are noted, in this order") {
  ResultRow row = row_of(1e9);
  row.reason = "4 of 6 launches were lost; failed: signal 11";
  MetricValue odd;
  odd.id = "result.not_finite";
  odd.reason = "all 8 values of 'y' are NaN";
  row.metrics.push_back(odd);
  CHECK(codes(row) == std::vector<std::string>{"lost_launches", "result.not_finite"});
  CHECK(notes_of(row, {})[0].text == row.reason);
  CHECK(notes_of(row, {})[1].text == odd.reason);
  row.device_fidelity = "software";
  CHECK(codes(row) == std::vector<std::string>{"lost_launches", "software_device", "result.not_finite"});
  row.status = Status::failed;
  CHECK(codes(row) == none);
}

// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/roof_checks.h"

#include <catch2/catch.hpp>

using namespace assay;
using answers_detail::roof_notes;
using Catch::Matchers::Contains;

namespace {

/// 32 KiB, 1 MiB, 16 MiB: memory begins at 64 MiB.
const Caches caches({{"cache.l1d_bytes", "32768"},
                     {"cache.l2_bytes", "1048576"},
                     {"cache.l3_bytes", "16777216"}});
constexpr std::int64_t mib = 1 << 20;

/// A valid case whose metric `id` is `value`, give or take `half` of it.
ResultRow row_of(const std::string& workload, const std::string& id, double value, int threads, double half) {
  ResultRow row;
  row.value = {workload, "simd", {}, "cpu"};
  row.case_key = workload + "/simd@cpu";
  row.threads = threads;
  row.verified = true;
  row.isa = "avx2";
  row.accuracy = "float";
  MetricValue metric;
  metric.id = id;
  metric.value = value;
  metric.ci_low = value * (1 - half);
  metric.ci_high = value * (1 + half);
  row.metrics = {metric};
  return row;
}

ResultRow mem(const std::string& kind, std::int64_t bytes, double rate, int threads = 1, double half = 0.01) {
  ResultRow row = row_of("roof.mem", "throughput.bytes", rate, threads, half);
  row.params = {{"kind", kind}, {"bytes", bytes}};
  return row;
}

ResultRow fma(double rate, int threads = 1, double half = 0.01) {
  ResultRow row = row_of("roof.fma", "throughput.operations", rate, threads, half);
  row.params = {{"dtype", std::string("f32")}, {"isa", std::string("best")}};
  return row;
}

ResultRow chain(double hz, int threads = 1, double half = 0.01) {
  return row_of("roof.chain", "throughput.cycles", hz, threads, half);
}

/// What is noted of the first row.
std::string first(const std::vector<ResultRow>& rows) {
  std::string text;
  for (const auto& note : roof_notes(rows[0], rows, caches)) {
    CHECK(note.code == "implausible_roof");
    text += note.text + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a level slower than larger arrays of the same kind is noted, of one thread and ordinary stores") {
  CHECK(first({mem("load", mib, 100e9), mem("load", 64 * mib, 20e9)}).empty());
  CHECK_THAT(first({mem("load", mib, 10e9), mem("load", 64 * mib, 20e9)}),
             Contains("10 GB/s") && Contains("20 GB/s") && Contains("larger"));
  CHECK(first({mem("load", 64 * mib, 20e9), mem("load", mib, 100e9)}).empty());  // of the larger, nothing
  CHECK(first({mem("load", mib, 10e9), mem("copy", 64 * mib, 20e9)}).empty());   // another loop
  CHECK(first({mem("load", mib, 10e9, 2), mem("load", 64 * mib, 20e9, 2)}).empty());
  CHECK(first({mem("load", mib, 10e9), mem("load", 64 * mib, 20e9, 2)}).empty());
  CHECK(first({mem("load", mib, 10e9), mem("load", 2 * mib, 20e9)}).empty());  // may be the same level
  ResultRow cold = mem("load", mib, 10e9);
  cold.params["cache"] = std::string("cold");
  CHECK(first({cold, mem("load", 64 * mib, 20e9)}).empty());
  ResultRow waiting = mem("load", mib, 10e9);
  waiting.params["load"] = std::string("open:1000");
  CHECK(first({waiting, mem("load", 64 * mib, 20e9)}).empty());
  CHECK(first({mem("load", 6144, 10e9), mem("load", 64 * mib, 20e9)}).empty());  // calls cost as much
  CHECK(first({mem("triad_nt", mib, 10e9), mem("triad_nt", 64 * mib, 20e9)}).empty());
}

TEST_CASE("what intervals leave in doubt, or launches too few for an interval, is not noted") {
  CHECK(first({mem("load", mib, 17e9, 1, 0.1), mem("load", 64 * mib, 20e9)}).empty());
  CHECK_FALSE(first({mem("load", mib, 15e9, 1, 0.1), mem("load", 64 * mib, 20e9)}).empty());
  CHECK(first({mem("load", mib, 18.5e9), mem("load", 64 * mib, 20e9)}).empty());  // nearly as much
  ResultRow bare = mem("load", mib, 1e9);
  bare.metrics[0].ci_low.reset();
  CHECK(first({bare, mem("load", 64 * mib, 20e9)}).empty());
  ResultRow failed = mem("load", 64 * mib, 20e9);
  failed.status = Status::invalid;
  CHECK(first({mem("load", mib, 10e9), failed}).empty());
}

TEST_CASE("beyond all caches non-temporal stores reach 0.9 of triad") {
  CHECK(first({mem("triad_nt", 64 * mib, 19e9), mem("triad", 64 * mib, 20e9)}).empty());
  CHECK_THAT(first({mem("triad_nt", 64 * mib, 17e9), mem("triad", 64 * mib, 20e9)}), Contains("0.9"));
  CHECK(first({mem("triad_nt", 32 * mib, 1e9), mem("triad", 32 * mib, 20e9)}).empty());  // caches are in it
  CHECK(first({mem("triad_nt", 64 * mib, 1e9, 2), mem("triad", 64 * mib, 20e9)}).empty());
  const std::vector<ResultRow> rows{mem("triad_nt", 64 * mib, 1e9), mem("triad", 64 * mib, 20e9)};
  CHECK(roof_notes(rows[0], rows, Caches({})).empty());  // where memory begins is not known
}

TEST_CASE("a peak below that of fewer threads, or below what a case computes, is noted") {
  CHECK(first({fma(200e9, 2), fma(110e9)}).empty());
  CHECK(first({fma(108e9, 2), fma(110e9)}).empty());  // nearly as much
  CHECK_THAT(first({fma(80e9, 2), fma(110e9)}), Contains("fewer threads"));
  ResultRow gemm = row_of("llm.gemm", "throughput.operations", 120e9, 1, 0.01);
  gemm.params = {{"dtype", std::string("f32")}};
  CHECK_THAT(first({fma(100e9), gemm}), Contains("llm.gemm") && Contains("120 GOP/s"));
  CHECK(first({fma(110e9), gemm}).empty());
  ResultRow narrow = fma(100e9);
  ResultRow impossible = gemm;
  impossible.metrics[0] = row_of("a", "throughput.operations", 68e12, 1, 0.01).metrics[0];
  CHECK(first({fma(100e9), impossible}).empty());  // then the case is in doubt
  narrow.params["isa"] = std::string("sse4");
  CHECK(first({narrow, gemm}).empty());
  gemm.verified = false;
  CHECK(first({fma(100e9), gemm}).empty());
}

TEST_CASE("operations a cycle and thread are a whole number of vector instructions") {
  // avx2: 16 operations of f32 an instruction
  CHECK(first({fma(96e9), chain(3e9)}).empty());  // two
  CHECK(first({fma(92e9), chain(3e9)}).empty());  // 1.92, within 5 %
  CHECK_THAT(first({fma(72e9), chain(3e9)}),
             Contains("1.50 avx2 multiply-adds") && Contains("24.0 operations"));
  CHECK_FALSE(first({fma(20e9), chain(3e9)}).empty());          // not even one
  CHECK(first({fma(192e9, 2), chain(3e9, 2)}).empty());         // of each thread
  CHECK(first({fma(72e9), chain(3e9, 2)}).empty());             // the clock of other thread counts
  CHECK(first({fma(85e9, 1, 0.1), chain(3e9)}).empty());        // 1.59 to 1.95: may be two
  CHECK_FALSE(first({fma(75e9, 1, 0.1), chain(3e9)}).empty());  // 1.41 to 1.72
  CHECK(first({fma(48e9, 2), chain(3e9, 2)}).empty());          // two threads of one core: a half each
  CHECK_THAT(first({fma(500e9), chain(3e9)}), Contains("more than any core does"));
  ResultRow scalable = fma(72e9);
  scalable.isa = "sve";
  CHECK(first({scalable, chain(3e9)}).empty());
  scalable.isa = "sse4";  // multiplies and adds in turn
  CHECK(first({scalable, chain(3e9)}).empty());
}

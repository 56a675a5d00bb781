// SPDX-License-Identifier: Apache-2.0
#include "harness/measure/engine.h"

#include <catch2/catch.hpp>

#include "harness/core/error.h"
#include "harness/measure/clock.h"
#include "harness/measure/evict.h"

using namespace assay;
using namespace assay::measure;

namespace {

class Spin : public Instance {
 public:
  explicit Spin(std::int64_t duration_ns) : duration_ns_(duration_ns) {}
  void call() override {
    ++calls;
    if (calls == fail_at) throw Error(ErrorCode::worker, "the kernel failed");
    for (const auto end = now_ns() + duration_ns_; now_ns() < end;) {
    }
  }
  std::vector<Tensor> output() override { return {}; }
  Work work() const override { return {}; }
  std::size_t resident_bytes() const override { return 0; }
  std::string input_digest() const override { return {}; }

  std::int64_t calls = 0;
  std::int64_t fail_at = -1;

 private:
  std::int64_t duration_ns_;
};

}  // namespace

TEST_CASE("a chunk makes exactly batch times samples calls, and its samples are in order") {
  Spin spin(1000);
  const auto chunk = run_chunk(spin, {.batch = 3, .samples = 50});
  CHECK(spin.calls == 150);
  REQUIRE(chunk.samples.size() == 50);
  CHECK(chunk.samples.batch == 3);
  std::int64_t previous = 0;
  for (std::size_t i = 0; i < 50; ++i) {
    REQUIRE(chunk.samples.start_ns[i] >= previous);
    REQUIRE(chunk.samples.end_ns[i] - chunk.samples.start_ns[i] >= 3000);
    previous = chunk.samples.end_ns[i];
  }
  CHECK(chunk.origin_ns > 0);
  run_chunk(spin, {.batch = 1, .samples = 1});
  CHECK(spin.calls == 151);
}

TEST_CASE("a call that throws ends the chunk with its own error, and the next chunk runs") {
  Spin spin(10);
  spin.fail_at = 5;
  CHECK_THROWS_WITH(run_chunk(spin, {.batch = 1, .samples = 20}), "the kernel failed");
  CHECK(spin.calls == 5);
  CHECK(run_chunk(spin, {.batch = 1, .samples = 20}).samples.size() == 20);
}

TEST_CASE("an open loop starts no sample before it is due, and at once when it is late") {
  Spin spin(100'000);
  const ChunkRequest request{.batch = 1, .samples = 4, .schedule_ns = {0, 1'000'000, 1'010'000, 3'000'000}};
  const auto chunk = run_chunk(spin, request);
  REQUIRE(chunk.samples.scheduled_ns == request.schedule_ns);
  for (std::size_t i = 0; i < 4; ++i) CHECK(chunk.samples.start_ns[i] >= request.schedule_ns[i]);
  // The third was due while the second ran.
  CHECK(chunk.samples.start_ns[2] >= chunk.samples.end_ns[1]);
}

TEST_CASE("what happens before a sample is not in its time") {
  Spin spin(1000);
  int evictions = 0;
  const auto chunk = run_chunk(spin, {.batch = 1, .samples = 5, .schedule_ns = {}, .before_sample = [&] {
                                        ++evictions;
                                        Spin(3'000'000).call();
                                      }});
  CHECK(evictions == 5);
  std::int64_t fastest = 1'000'000'000;
  for (std::size_t i = 0; i < 5; ++i) {
    fastest = std::min(fastest, chunk.samples.end_ns[i] - chunk.samples.start_ns[i]);
  }
  CHECK(fastest < 2'000'000);
  CHECK(chunk.samples.start_ns[4] >= 15'000'000);
}

TEST_CASE("requests that cannot be measured are refused") {
  Spin spin(0);
  CHECK_THROWS_AS(run_chunk(spin, {.batch = 0, .samples = 1}), Error);
  CHECK_THROWS_AS(run_chunk(spin, {.batch = 1, .samples = 0}), Error);
  CHECK_THROWS_AS(run_chunk(spin, {.batch = 1, .samples = std::int64_t{1} << 60}), Error);
  CHECK_THROWS_AS(run_chunk(spin, {.batch = 1, .samples = 2, .schedule_ns = {1}}), Error);
  CHECK_THROWS_AS(run_chunk(spin, {.batch = 1, .samples = 2, .schedule_ns = {2, 1}}), Error);
  CHECK(spin.calls == 0);
}

TEST_CASE("the clock's step is the smallest that is not zero, and going backwards is noticed") {
  const std::vector<std::int64_t> readings{0, 0, 40, 40, 60, 100, 100, 140};
  const auto facts = judge_clock(readings, 3);
  CHECK(facts.clock.resolution_ns == 20);
  CHECK(facts.clock.cost_ns == Approx(40.0 / 3));
  CHECK(facts.monotonic);
  CHECK_FALSE(judge_clock(std::vector<std::int64_t>{5, 4}, 1).monotonic);
  const auto here = calibrate_clock();
  CHECK(here.monotonic);
  CHECK(here.clock.resolution_ns >= 1);
  CHECK(here.clock.cost_ns > 0);
}

TEST_CASE("the evictor walks no further than its buffer") {
  CacheEvictor evictor(1000);
  evictor.walk(0, 1 << 20);
  CHECK(evictor.bytes() == 1000);
}

TEST_CASE("collectors begin right before the first call and end right after the last one") {
  Spin spin(10);
  std::int64_t at_begin = -1;
  std::int64_t at_end = -1;
  const ChunkRequest request{.batch = 2,
                             .samples = 5,
                             .on_begin = [&] { at_begin = spin.calls; },
                             .on_end = [&] { at_end = spin.calls; }};
  run_chunk(spin, request);
  CHECK(at_begin == 0);
  CHECK(at_end == 10);
  at_end = -1;
  spin.fail_at = 12;
  CHECK_THROWS(run_chunk(spin, request));
  CHECK(at_end == -1);
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/protocol/time_trials.h"

using namespace assay::protocol;

namespace {

/// A worker whose calls take `call_ns`; beside them a sample and a request have costs of their own.
struct FakeWorker {
  double call_ns = 100;
  double sample_ns = 0;
  double request_ns = 50'000;
  double told = 1;  ///< share of its samples' time that it tells
  bool reads_batch = true;
  int asked = 0;

  TimeBatch time() {
    return [this](std::int64_t batch) {
      ++asked;
      const double calls = reads_batch ? static_cast<double>(batch) : 1;
      const double sample = sample_ns + call_ns * calls;
      return TimedBatch{static_cast<std::int64_t>(told * sample),
                        static_cast<std::int64_t>(sample + request_ns)};
    };
  }
};

}  // namespace

TEST_CASE("a batch that is made is believed after one longer one") {
  FakeWorker worker;
  CHECK(batch_is_ignored(100, 10'000, worker.time()) == "");
  CHECK(worker.asked == 1);
}

TEST_CASE("what happens once a sample, or made the short batch slow, is not taken for an ignored batch") {
  FakeWorker waking{.call_ns = 2, .sample_ns = 10'000};
  CHECK(batch_is_ignored(5, 10'010, waking.time()) == "");
  FakeWorker quiet_again;
  CHECK(batch_is_ignored(100, 100 * 10'000, quiet_again.time()) == "");  // a hundred times too slow
}

TEST_CASE("a batch that is ignored is told with what was seen") {
  FakeWorker worker{.call_ns = 7000, .reads_batch = false};
  CHECK(batch_is_ignored(2, 7000, worker.time()) == "a batch of 2 takes 7000 ns and one of 65536 7000 ns");
  CHECK(batch_is_ignored(std::int64_t{1} << 40, 7000, worker.time()) == "");  // no longer one is allowed
}

TEST_CASE("times that are scaled down are found whatever a call takes") {
  for (const double call_ns : {3.0, 1e3, 1e6, 3e8}) {
    INFO(call_ns);
    FakeWorker tenth{.call_ns = call_ns, .told = 0.1};
    CHECK(time_is_hidden(4, tenth.time()).find(" to the request") != std::string::npos);
    FakeWorker micro{.call_ns = call_ns, .told = 1e-3};
    CHECK(time_is_hidden(4, micro.time()) != "");
    FakeWorker half{.call_ns = call_ns, .told = 0.45};
    CHECK(time_is_hidden(2, half.time()) != "");
    CHECK(time_is_hidden(4, half.time()) == "");
  }
}

TEST_CASE("a busy machine makes no honest worker a liar and no liar honest") {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    INFO(seed);
    for (const double told : {1.0, 0.1}) {
      std::uint32_t state = seed * 2654435761u;
      const auto noise_ns = [&] {  // half of the time nothing, else up to 40 ms
        state = state * 1664525u + 1013904223u;
        return (state >> 31) != 0 ? 0.0 : (state >> 8 & 0xFFFF) * (4e7 / 0xFFFF);
      };
      const TimeBatch busy = [&](std::int64_t calls) {
        const double sample = 1e4 * static_cast<double>(calls) + noise_ns();
        return TimedBatch{static_cast<std::int64_t>(told * sample),
                          static_cast<std::int64_t>(sample + noise_ns())};
      };
      CHECK((time_is_hidden(2, busy) == "") == (told == 1.0));
    }
  }
}

TEST_CASE("long work between samples hides nothing") {
  FakeWorker resets{.call_ns = 10'000, .request_ns = 3e7};
  CHECK(time_is_hidden(4, resets.time()) == "");
  FakeWorker slow{.call_ns = 2e8, .request_ns = 1.8e9};
  CHECK(time_is_hidden(4, slow.time()) == "");
  CHECK(slow.asked == 4);  // one call and two, twice: not many long ones
}

TEST_CASE("short calls in a request that is padded are not taken for a long one") {
  for (const double told : {0.1, 1.0}) {
    FakeWorker padded{.call_ns = 10'000, .request_ns = 1.5e8, .told = told};
    CHECK((time_is_hidden(4, padded.time()) == "") == (told == 1.0));
  }
}

TEST_CASE("a request that was held up is no proof that nothing is hidden, nor that something is") {
  for (const double told : {0.1, 1.0}) {
    FakeWorker worker{.call_ns = 1e8, .told = told};
    int asked = 0;
    const auto held_up = [&](std::int64_t batch) {
      TimedBatch timed = worker.time()(batch);
      if (++asked == 2) timed.wall_ns += 1'000'000'000;  // the first of a pair
      return timed;
    };
    CHECK((time_is_hidden(4, held_up) == "") == (told == 1.0));
  }
}

TEST_CASE("sending tracks is not held against a worker's times") {
  const auto tracks = [](std::size_t values) {
    return std::vector{
        assay::Track{"time.gap", "ns", std::vector<std::int64_t>(values), std::vector<double>(values)}};
  };
  CHECK(without_sending(5'000'000, {}) == 5'000'000);
  CHECK(without_sending(5'000'000, tracks(1000)) == 3'000'000);
  CHECK(without_sending(5'000'000, tracks(100'000)) == 0);
}

TEST_CASE("a call whose tracks take longer to send than itself is not accused, one that hides time is") {
  for (const double told : {1.0, 0.1}) {
    const TimeBatch time = [&](std::int64_t calls) {
      const std::int64_t call_ns = 8'000'000 * calls;
      const std::int64_t sending_ns = 30'000'000 * calls;
      const std::vector<assay::Track> tracks{{"time.gap", "ns", {}, std::vector<double>(15'000 * calls)}};
      return TimedBatch{static_cast<std::int64_t>(told * static_cast<double>(call_ns)),
                        without_sending(call_ns + sending_ns, tracks)};
    };
    CHECK((time_is_hidden(4, time) == "") == (told == 1.0));
  }
}

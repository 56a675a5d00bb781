// SPDX-License-Identifier: Apache-2.0
#include "harness/run/clock_check.h"

#include <catch2/catch.hpp>

#include "harness/core/error.h"

using namespace assay;
using assay::run::check_clock;
using assay::run::open_loop_differs;
using Catch::Matchers::Contains;

namespace {

/// Samples of one call each, `gap_ns` apart.
Samples calls_of(const std::vector<std::int64_t>& service_ns, std::int64_t gap_ns) {
  Samples samples;
  std::int64_t at = 0;
  for (const auto ns : service_ns) {
    samples.start_ns.push_back(at);
    samples.end_ns.push_back(at + ns);
    at += ns + gap_ns;
  }
  return samples;
}

const measure::Clock worker_clock{1, 50};

}  // namespace

TEST_CASE("an open loop whose calls take a fourth of what they take back to back tells false times") {
  const Samples closed = calls_of({10'100, 10'000, 90'000}, 0);
  CHECK(open_loop_differs(calls_of({10'000, 11'000, 9'900}, 1'000'000), closed, worker_clock) == "");
  CHECK(open_loop_differs(calls_of({800'000, 900'000}, 1'000'000), closed, worker_clock) ==
        "");  // cold caches
  CHECK(open_loop_differs(calls_of({1000, 2600, 2600}, 1'000'000), closed, worker_clock) == "");
  CHECK_THAT(open_loop_differs(calls_of({1000, 1000, 12'000}, 1'000'000), closed, worker_clock),
             Contains("takes 1000 ns from its start to its end, back to back at least 10000"));
}

TEST_CASE("an open loop of calls that the clock cannot tell is believed") {
  CHECK(open_loop_differs(calls_of({0, 0, 0}, 1000), calls_of({1, 1}, 0), {1'000'000, 50}) == "");
  CHECK(open_loop_differs(calls_of({20, 20}, 1000), calls_of({400, 400}, 0), worker_clock) == "");
  CHECK(open_loop_differs({}, calls_of({400, 400}, 0), worker_clock) == "");
}

TEST_CASE("samples of 0 ns are false where the clock had time to move, and else too short for it") {
  const auto code_of = [](const Samples& samples, double owed_ns) {
    try {
      check_clock(samples, {100'000, 50}, owed_ns);  // steps of 100 us
    } catch (const Error& error) {
      return error.code;
    }
    return ErrorCode::internal;  // believed
  };
  const Samples zeros = calls_of({0, 0, 0, 100'000}, 10);
  CHECK(code_of(zeros, 5e6) == ErrorCode::false_times);
  CHECK(code_of(zeros, 1e6) == ErrorCode::unavailable);  // a coarse clock may have stood so long
  CHECK(code_of(zeros, 0) == ErrorCode::unavailable);    // caches were emptied: nobody knows
  CHECK(code_of(calls_of({0, 100'000, 100'000, 100'000}, 10), 5e6) == ErrorCode::internal);
}

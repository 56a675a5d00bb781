// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cpu/pool.h"

#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/own_events.h"

using assay::cpu::Pool;

namespace {

std::vector<int> allowed_cpus() {
  cpu_set_t set;
  sched_getaffinity(0, sizeof set, &set);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

/// Four members whatever the machine has: they share CPUs where there are fewer, as under valgrind.
std::vector<int> four_members() {
  const auto cpus = allowed_cpus();
  std::vector<int> members;
  for (std::size_t i = 0; i < 4; ++i) members.push_back(cpus[i % cpus.size()]);
  return members;
}

}  // namespace

TEST_CASE("every member runs the task once, and all are done when run returns") {
  Pool pool(four_members());
  REQUIRE(pool.size() == 4);
  std::vector<int> calls(4, 0);  // not atomic: TSan watches that run() orders the members' writes
  for (int round = 1; round <= 500; ++round) {
    pool.run([&](int index) { ++calls[static_cast<std::size_t>(index)]; });
    REQUIRE(calls == std::vector<int>(4, round));
  }
}

TEST_CASE("members that fell asleep between two runs wake up") {
  Pool pool(four_members());
  const auto sleeps = assay::own_events::pool_sleeps.load();
  const auto wakes = assay::own_events::pool_wakes.load();
  std::atomic<int> calls{0};
  for (int round = 0; round < 20; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    pool.run([&](int index) {
      if (index % 2 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));  // the caller sleeps too
      ++calls;
    });
  }
  CHECK(calls == 80);
  CHECK(assay::own_events::pool_sleeps - sleeps > 0);
  CHECK(assay::own_events::pool_wakes - wakes > 0);
}

TEST_CASE("all members on one CPU make progress") {
  Pool pool(std::vector<int>(4, allowed_cpus().front()));
  std::atomic<int> calls{0};
  for (int round = 0; round < 50; ++round) pool.run([&](int) { ++calls; });
  CHECK(calls == 200);
}

TEST_CASE("members run on the CPUs that they were given") {
  const auto cpus = allowed_cpus();
  Pool pool(cpus);
  CHECK(pool.placement() == cpus);
}

TEST_CASE("the caller gets its own affinity back") {
  const auto before = allowed_cpus();
  { Pool pool({before.back()}); }
  CHECK(allowed_cpus() == before);
  CHECK_THROWS_AS(Pool({before.front(), 1 << 20}), assay::Error);
  CHECK(allowed_cpus() == before);
}

TEST_CASE("an empty list is one thread that is pinned nowhere") {
  Pool pool({});
  CHECK(pool.size() == 1);
  int seen = -1;
  pool.run([&](int index) { seen = index; });
  CHECK(seen == 0);
}

TEST_CASE("shares cover every element once, in multiples of the grain") {
  Pool pool(four_members());
  for (const std::size_t count : {0u, 1u, 63u, 64u, 1000u}) {
    for (const std::size_t grain : {1u, 16u}) {
      std::size_t next = 0;
      for (int index = 0; index < pool.size(); ++index) {
        const auto range = pool.share(count, index, grain);
        REQUIRE(range.begin == next);
        REQUIRE((range.begin % grain == 0 || range.begin == count));
        next = range.end;
      }
      REQUIRE(next == count);
    }
  }
}

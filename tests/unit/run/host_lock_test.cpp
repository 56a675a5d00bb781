// SPDX-License-Identifier: Apache-2.0
#include "harness/run/host_lock.h"

#include <stdlib.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include "harness/run/worker.h"

using namespace assay::run;

namespace {

template <typename Condition>
bool comes(const Condition& condition) {
  for (int i = 0; i < 1000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return condition();
}

}  // namespace

TEST_CASE("a lock file that was removed and made anew while one waited is waited for again") {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() + "/lock";
  ::setenv("ASSAY_LOCK", path.c_str(), 1);
  const auto nobody = [](const std::string& holder) { FAIL("it waits for " << holder); };
  auto first = std::make_unique<HostLock>("assay run first", nobody);
  std::atomic<int> waits{0};
  std::atomic<bool> held{false};
  std::string holder;
  std::thread waiter([&] {
    const HostLock lock("assay run waiter", [&](const std::string& who) {
      holder = who;
      ++waits;
    });
    held = true;
  });
  const bool waited = comes([&] { return waits == 1; });
  std::filesystem::remove(path);
  auto second = std::make_unique<HostLock>("assay run second", nobody);
  first.reset();
  const bool again = comes([&] { return waits == 2 || held; });
  const bool both = held;
  second.reset();
  waiter.join();
  ::unsetenv("ASSAY_LOCK");
  CHECK(waited);
  CHECK(again);
  CHECK_FALSE(both);
  CHECK(holder.find("assay run second") == 0);
}

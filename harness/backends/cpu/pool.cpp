// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cpu/pool.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "harness/core/error.h"

namespace assay::cpu {

namespace {

void pin(pthread_t thread, int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (cpu < 0 || cpu >= CPU_SETSIZE) {
    throw Error(ErrorCode::unavailable, "CPU " + std::to_string(cpu) + " does not exist");
  }
  CPU_SET(cpu, &set);
  if (pthread_setaffinity_np(thread, sizeof set, &set) != 0) {
    throw Error(ErrorCode::unavailable, "cannot pin a thread to CPU " + std::to_string(cpu),
                "choose from the CPUs that 'assay doctor' lists, with --cpus");
  }
}

/// About 20 us of spinning before a thread sleeps: longer than a fork-join gap within a kernel.
constexpr int spins_before_sleep = 2000;

void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Waits until `value` is no longer `old`.
std::uint32_t wait_change(std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int i = 0; i < spins_before_sleep; ++i) {
    if (const auto seen = value.load(std::memory_order_acquire); seen != old) return seen;
    relax();
  }
  while (value.load(std::memory_order_acquire) == old) value.wait(old, std::memory_order_acquire);
  return value.load(std::memory_order_acquire);
}

}  // namespace

struct Pool::State {
  std::vector<std::thread> threads;
  int size = 1;
  std::atomic<std::uint32_t> generation{0};
  std::atomic<std::uint32_t> finished{0};
  bool stopping = false;
  void (*call)(const void*, int) = nullptr;
  const void* context = nullptr;

  void serve(int index) {
    std::uint32_t seen = 0;
    while (true) {
      seen = wait_change(generation, seen);
      if (stopping) return;
      call(context, index);
      if (finished.fetch_add(1, std::memory_order_acq_rel) + 1 == static_cast<std::uint32_t>(size - 1)) {
        finished.notify_one();
      }
    }
  }

  void stop() {
    stopping = true;
    generation.fetch_add(1, std::memory_order_release);
    generation.notify_all();
    for (auto& thread : threads) thread.join();
    threads.clear();
  }
};

Pool::Pool(const std::vector<int>& cpus) : state_(std::make_unique<State>()) {
  state_->size = static_cast<int>(std::max<std::size_t>(cpus.size(), 1));
  try {
    for (int i = 1; i < state_->size; ++i) {
      state_->threads.emplace_back([state = state_.get(), i] { state->serve(i); });
      pin(state_->threads.back().native_handle(), cpus[static_cast<std::size_t>(i)]);
    }
    if (!cpus.empty()) pin(pthread_self(), cpus[0]);
  } catch (...) {
    state_->stop();
    throw;
  }
}

Pool::~Pool() { state_->stop(); }

int Pool::size() const { return state_->size; }

void Pool::run_erased(void (*call)(const void*, int), const void* context) {
  State& s = *state_;
  const auto others = static_cast<std::uint32_t>(s.size - 1);
  if (others == 0) {
    call(context, 0);
    return;
  }
  s.call = call;
  s.context = context;
  s.finished.store(0, std::memory_order_relaxed);
  s.generation.fetch_add(1, std::memory_order_release);
  s.generation.notify_all();
  call(context, 0);
  std::uint32_t done = s.finished.load(std::memory_order_acquire);
  while (done != others) done = wait_change(s.finished, done);
}

Pool::Range Pool::share(std::size_t count, int index, std::size_t grain) const {
  const std::size_t grains = (count + grain - 1) / grain;
  const auto members = static_cast<std::size_t>(state_->size);
  const auto i = static_cast<std::size_t>(index);
  const std::size_t begin = grains * i / members * grain;
  const std::size_t end = grains * (i + 1) / members * grain;
  return {std::min(begin, count), std::min(end, count)};
}

std::vector<int> Pool::placement() {
  std::vector<int> cpus(static_cast<std::size_t>(state_->size), -1);
  run([&](int index) { cpus[static_cast<std::size_t>(index)] = sched_getcpu(); });
  return cpus;
}

}  // namespace assay::cpu

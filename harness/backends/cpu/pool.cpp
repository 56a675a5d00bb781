// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cpu/pool.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>

#include "harness/backends/cpu/futex.h"
#include "harness/core/error.h"
#include "harness/core/own_events.h"

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif

namespace assay::cpu {

namespace {

void pin(pthread_t thread, int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (cpu < 0 || cpu >= CPU_SETSIZE) {
    throw Error(ErrorCode::unavailable, "CPU " + std::to_string(cpu) + " does not exist",
                "choose from the CPUs that 'assay doctor' lists, with --cpus");
  }
  CPU_SET(cpu, &set);
  if (pthread_setaffinity_np(thread, sizeof set, &set) != 0) {
    throw Error(ErrorCode::unavailable, "cannot pin a thread to CPU " + std::to_string(cpu),
                "choose from the CPUs that 'assay doctor' lists, with --cpus");
  }
}

/// Turns of spinning before a thread sleeps, some tens of microseconds: longer than a fork-join gap within a
/// kernel. None under valgrind, which runs one thread at a time: there it only adds instructions that differ
/// from run to run.
int spins_before_sleep() {
#ifdef RUNNING_ON_VALGRIND
  static const int spins = RUNNING_ON_VALGRIND != 0 ? 0 : 2000;
  return spins;
#else
  return 2000;
#endif
}

void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// A counter to wait on. Not std::atomic::wait: libstdc++ keeps the count of waiters in a static table of
/// which the program and a module opened with dlopen may each have their own, and then a wake-up is lost.
class Signal {
 public:
  std::uint32_t load() const { return value_.load(std::memory_order_acquire); }
  void reset() { value_.store(0, std::memory_order_relaxed); }

  /// Adds one and, where somebody may sleep, wakes all. Returns the new value.
  std::uint32_t add() {
    const std::uint32_t value = value_.fetch_add(1, std::memory_order_seq_cst) + 1;
    // Either this sees the sleeper, or the sleeper's check (in the kernel) sees the new value.
    if (sleepers_.load(std::memory_order_seq_cst) != 0) {
      own_events::pool_wakes.fetch_add(1, std::memory_order_relaxed);
      futex_wake_all(value_);
    }
    return value;
  }

  /// Waits until the value is no longer `old`; returns it.
  std::uint32_t wait_change(std::uint32_t old) {
    for (int i = spins_before_sleep(); i > 0; --i) {
      if (const auto seen = load(); seen != old) return seen;
      relax();
    }
    own_events::pool_sleeps.fetch_add(1, std::memory_order_relaxed);
    sleepers_.fetch_add(1, std::memory_order_seq_cst);
    while (value_.load(std::memory_order_seq_cst) == old) futex_wait(value_, old);
    sleepers_.fetch_sub(1, std::memory_order_relaxed);
    return load();
  }

 private:
  alignas(64) std::atomic<std::uint32_t> value_{0};
  std::atomic<std::uint32_t> sleepers_{0};
};

}  // namespace

struct Pool::State {
  std::vector<std::thread> threads;
  cpu_set_t caller_affinity{};
  bool restore_affinity = false;
  pthread_t caller{};
  int size = 1;
  Signal generation;
  Signal finished;
  bool stopping = false;
  void (*call)(const void*, int) = nullptr;
  const void* context = nullptr;

  void serve(int index) {
    std::uint32_t seen = 0;
    while (true) {
      seen = generation.wait_change(seen);
      if (stopping) return;
      call(context, index);
      finished.add();
    }
  }

  void stop() {
    stopping = true;
    generation.add();
    for (auto& thread : threads) thread.join();
    threads.clear();
    if (restore_affinity) pthread_setaffinity_np(caller, sizeof caller_affinity, &caller_affinity);
    restore_affinity = false;
  }
};

Pool::Pool(const std::vector<int>& cpus) : state_(std::make_unique<State>()) {
  state_->size = static_cast<int>(std::max<std::size_t>(cpus.size(), 1));
  state_->caller = pthread_self();
  try {
    if (!cpus.empty()) {
      state_->restore_affinity = pthread_getaffinity_np(state_->caller, sizeof state_->caller_affinity,
                                                        &state_->caller_affinity) == 0;
      pin(state_->caller, cpus[0]);
    }
    for (int i = 1; i < state_->size; ++i) {
      state_->threads.emplace_back([state = state_.get(), i] { state->serve(i); });
      pin(state_->threads.back().native_handle(), cpus[static_cast<std::size_t>(i)]);
    }
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
  s.finished.reset();
  s.generation.add();
  call(context, 0);
  std::uint32_t done = s.finished.load();
  while (done != others) done = s.finished.wait_change(done);
}

Pool::Range Pool::share(std::size_t count, int index, std::size_t grain) const {
  const std::size_t unit = std::max<std::size_t>(grain, 1);
  const std::size_t grains = (count + unit - 1) / unit;
  const auto members = static_cast<std::size_t>(state_->size);
  const auto i = static_cast<std::size_t>(index);
  const std::size_t begin = grains * i / members * unit;
  const std::size_t end = grains * (i + 1) / members * unit;
  return {std::min(begin, count), std::min(end, count)};
}

std::vector<int> Pool::placement() {
  std::vector<int> cpus(static_cast<std::size_t>(state_->size), -1);
  run([&](int index) { cpus[static_cast<std::size_t>(index)] = sched_getcpu(); });
  return cpus;
}

}  // namespace assay::cpu

// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/block.h"

#include <setjmp.h>
#include <ucontext.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <exception>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace stand_in {

namespace {

constexpr std::size_t stack_bytes = std::size_t{256} << 10;
constexpr std::size_t most_shared = std::size_t{227} << 10;
constexpr unsigned char garbage = 0x7F;  // as binary32 some 3.4e38, so that neither sums nor maxima hide it

enum class State { ready, at_warp_barrier, at_block_barrier, ended };

struct Copy {
  void* to;
  const void* from;
  std::size_t bytes;
};

/// What runs on a stack of its own, and goes on where it was left. swapcontext asks the kernel twice a
/// switch, so it is for AddressSanitizer alone, which must hear of switches; else it begins a stack, and
/// _longjmp goes on.
struct Fiber {
  ucontext_t context{};
  bool begun = false;
#if defined(__SANITIZE_ADDRESS__)
  void* fake_stack = nullptr;
  const void* stack = nullptr;
  std::size_t stack_size = 0;
#else
  jmp_buf where{};
#endif
};

void go_on([[maybe_unused]] Fiber& from, Fiber& to) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&from.fake_stack, to.stack, to.stack_size);
  swapcontext(&from.context, &to.context);
  __sanitizer_finish_switch_fiber(from.fake_stack, nullptr, nullptr);
#else
  if (_setjmp(from.where) != 0) return;
  if (to.begun) _longjmp(to.where, 1);
  to.begun = true;
  setcontext(&to.context);
#endif
}

struct Thread {
  Fiber fiber;
  State state = State::ended;
  uint3 index{};
  std::uint64_t bits = 0;                ///< what it brings to exchange()
  std::vector<Copy> begun;               ///< in no group yet
  std::deque<std::vector<Copy>> groups;  ///< under way
  std::unique_ptr<char[]> stack;
};

struct Block {
  Block() { scheduler.begun = true; }

  Place place{};
  Fiber scheduler;
  std::array<Thread, most_threads> threads;
  unsigned count = 0;
  unsigned current = 0;
  const std::function<void()>* body = nullptr;
  std::exception_ptr failure;
  alignas(128) std::array<char, most_shared> shared{};
  std::vector<std::span<unsigned char>> variables;  ///< in shared memory, of all kernels
};

/// Of the thread that stands in for the device.
Block& running = *new Block;

void to_scheduler() { go_on(running.threads[running.current].fiber, running.scheduler); }

/// Of one thread: the body of one block after the other.
void thread_main() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &running.scheduler.stack, &running.scheduler.stack_size);
#endif
  for (;;) {
    try {
      (*running.body)();
    } catch (...) {
      if (!running.failure) running.failure = std::current_exception();
    }
    running.threads[running.current].state = State::ended;
    to_scheduler();
  }
}

void resume(unsigned i) {
  running.current = i;
  running.place.thread_index = running.threads[i].index;
  go_on(running.scheduler, running.threads[i].fiber);
}

void wait_as(State state) {
  running.threads[running.current].state = state;
  to_scheduler();
}

/// Lets go whom all of its warp, or all of the block, waits with. Whether anybody was.
bool let_go() {
  bool any = false;
  unsigned at_block_barrier = 0;
  unsigned ended = 0;
  for (unsigned first = 0; first < running.count; first += warp_size) {
    const unsigned last = std::min(first + warp_size, running.count);
    unsigned waiting = 0;
    for (unsigned i = first; i < last; ++i) {
      waiting += running.threads[i].state == State::at_warp_barrier ? 1U : 0U;
      at_block_barrier += running.threads[i].state == State::at_block_barrier ? 1U : 0U;
      ended += running.threads[i].state == State::ended ? 1U : 0U;
    }
    if (waiting == 0) continue;
    if (waiting < last - first)
      throw std::logic_error(
          "some threads of a warp wait for others of it that have ended or wait elsewhere");
    for (unsigned i = first; i < last; ++i) running.threads[i].state = State::ready;
    any = true;
  }
  if (any || at_block_barrier == 0 || at_block_barrier + ended < running.count) return any;
  for (unsigned i = 0; i < running.count; ++i)
    if (running.threads[i].state == State::at_block_barrier) running.threads[i].state = State::ready;
  return true;
}

void make_ready(Thread& thread, const uint3& index) {
  thread.index = index;
  thread.state = State::ready;
  thread.begun.clear();
  thread.groups.clear();
  if (thread.stack) return;
  thread.stack = std::make_unique<char[]>(stack_bytes);
  ucontext_t& context = thread.fiber.context;
  getcontext(&context);
  context.uc_stack.ss_sp = thread.stack.get();
  context.uc_stack.ss_size = stack_bytes;
  context.uc_link = nullptr;
  makecontext(&context, thread_main, 0);
#if defined(__SANITIZE_ADDRESS__)
  thread.fiber.stack = thread.stack.get();
  thread.fiber.stack_size = stack_bytes;
#endif
}

}  // namespace

const Place& place() { return running.place; }
void forget_before_blocks(unsigned char* at, std::size_t bytes) {
  std::memset(at, garbage, bytes);
  running.variables.push_back({at, bytes});
}
void* shared_bytes() { return running.shared.data(); }
void block_barrier() { wait_as(State::at_block_barrier); }
void warp_barrier() { wait_as(State::at_warp_barrier); }

std::uint64_t exchange(std::uint64_t bits, int offset) {
  const unsigned self = running.current;
  running.threads[self].bits = bits;
  warp_barrier();
  const std::uint64_t theirs = running.threads[self ^ static_cast<unsigned>(offset)].bits;
  warp_barrier();  // before it brings something else
  return theirs;
}

void begin_copy(void* to, const void* from, std::size_t bytes) {
  if (reinterpret_cast<std::uintptr_t>(to) % bytes != 0 ||
      reinterpret_cast<std::uintptr_t>(from) % bytes != 0)
    throw std::logic_error("cp.async of places that are no multiples of its size");
  std::memset(to, garbage, bytes);
  running.threads[running.current].begun.push_back({to, from, bytes});
}

void end_group() {
  Thread& self = running.threads[running.current];
  self.groups.push_back(std::move(self.begun));
  self.begun.clear();
}

void wait_copies(int pending) {
  Thread& self = running.threads[running.current];
  while (self.groups.size() > static_cast<std::size_t>(pending)) {
    for (const Copy& copy : self.groups.front()) std::memcpy(copy.to, copy.from, copy.bytes);
    self.groups.pop_front();
  }
}

void run_block(const Place& first, std::size_t shared, bool backwards, const std::function<void()>& body) {
  running.place = first;
  running.count = first.block_size.x;
  running.body = &body;
  running.failure = nullptr;
  if (shared > running.shared.size()) throw std::logic_error("more shared memory than a device has");
  std::memset(running.shared.data(), garbage, shared);
  for (const auto& variable : running.variables) std::memset(variable.data(), garbage, variable.size());
  for (unsigned i = 0; i < running.count; ++i) make_ready(running.threads[i], {i, 0, 0});
  do {
    for (unsigned i = 0; i < running.count; ++i) {
      const unsigned next = backwards ? running.count - 1 - i : i;
      if (running.threads[next].state == State::ready) resume(next);
      if (running.failure) std::rethrow_exception(running.failure);
    }
  } while (let_go());
  for (unsigned i = 0; i < running.count; ++i)
    if (running.threads[i].state != State::ended) throw std::logic_error("threads of a block wait for ever");
}

}  // namespace stand_in

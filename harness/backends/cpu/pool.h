// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace assay::cpu {

/// Threads pinned one to a CPU, for kernels: a fork-join of a few microseconds, no queue, no allocation in
/// run(). The caller's thread is member 0 and does its share. Workers spin briefly, then sleep, so that an
/// idle pool leaves the machine alone and a pool under valgrind (which runs one thread at a time) still makes
/// progress.
class Pool {
 public:
  /// One thread for each entry, pinned to that CPU; the calling thread is pinned to cpus[0]. An empty list is
  /// one unpinned thread. \throws Error{unavailable} when a CPU cannot be used.
  explicit Pool(const std::vector<int>& cpus);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int size() const;

  /// Calls task(index) once for each index in [0, size()) on the thread of that index and returns when all
  /// are done. Not reentrant. The task must not throw.
  template <typename Task>
  void run(const Task& task) {
    run_erased([](const void* context, int index) { (*static_cast<const Task*>(context))(index); }, &task);
  }

  /// The half-open share of [0, count) that belongs to `index`, in multiples of `grain` where possible.
  struct Range {
    std::size_t begin;
    std::size_t end;
  };
  Range share(std::size_t count, int index, std::size_t grain = 1) const;

  /// CPUs on which the members ran when last asked, by member.
  std::vector<int> placement();

 private:
  void run_erased(void (*call)(const void*, int), const void* context);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace assay::cpu

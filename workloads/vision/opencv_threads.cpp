// SPDX-License-Identifier: Apache-2.0
#include "workloads/vision/opencv_threads.h"

#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <chrono>
#include <opencv2/core/utility.hpp>
#include <vector>

namespace assay::vision {

namespace {

void set_affinity(const std::vector<int>& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus) CPU_SET(cpu, &set);
  // A refusal leaves the thread where it may run at all; the worker reports the placement that it saw.
  (void)pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

}  // namespace

void use_pool_cpus(cpu::Pool* pool) {
  const std::vector<int> cpus = pool == nullptr ? std::vector<int>{sched_getcpu()} : pool->placement();
  const int count = static_cast<int>(cpus.size());
  set_affinity(
      cpus);  // before OpenCV's first use: its scheduler sizes itself by the CPUs that the caller may use
  cv::setNumThreads(count);
  if (count == 1) return;

  // One stripe a thread; each waits until all have begun, so that no thread takes two, then takes its CPU.
  // The wait ends after a while where OpenCV will not start so many.
  const pthread_t caller = pthread_self();
  std::atomic<int> begun{0};
  std::atomic<int> next{1};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
  cv::parallel_for_(
      cv::Range(0, count),
      [&](const cv::Range&) {
        begun.fetch_add(1);
        while (begun.load() < count && std::chrono::steady_clock::now() < deadline) sched_yield();
        if (pthread_equal(pthread_self(), caller)) return;
        const int mine = next.fetch_add(1);
        set_affinity({cpus[static_cast<std::size_t>(mine % count)]});
      },
      count);
  set_affinity({cpus[0]});
}

}  // namespace assay::vision

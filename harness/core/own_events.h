// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>

/// What Assay's own runtime does beside the kernels, counted since the process began: a worker's threads that
/// slept explain a time that no kernel does. Counted only where something slow happens anyway. A program and
/// the modules that it opens each have their own counts; the pool is the program's.
namespace assay::own_events {

inline std::atomic<long long> pool_sleeps{0};  ///< times that a thread of the pool gave up spinning and slept
inline std::atomic<long long> pool_wakes{0};   ///< times that the pool asked the kernel to wake sleepers

inline constexpr const char* prefix = "sde:::assay::";  ///< before their names, in PAPI

struct Event {
  const char* name;
  const char* meaning;  ///< plain words
  const std::atomic<long long>* count;
};

inline constexpr std::array all{
    Event{"pool.sleeps", "times that a thread of the pool gave up spinning and slept", &pool_sleeps},
    Event{"pool.wakes", "times that the pool asked the kernel to wake its sleepers", &pool_wakes}};

}  // namespace assay::own_events

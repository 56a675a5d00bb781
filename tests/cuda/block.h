// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <functional>

/// The threads of a block, one after the other on one thread of the host: each runs until it waits for
/// others. What a thread writes is seen by those that run before it at its next barrier only, so that a
/// barrier that is missing gives another result (in one of the two orders: see run_block).
namespace stand_in {

inline constexpr unsigned warp_size = 32;
inline constexpr unsigned most_threads = 1024;

/// What a kernel's built-in variables say.
struct Place {
  uint3 thread_index;
  uint3 block_index;
  dim3 block_size;
  dim3 grid_size;
};
const Place& place();

/// These bytes are garbage when a block begins.
void forget_before_blocks(unsigned char* at, std::size_t bytes);
/// Of this block, launched with so many bytes of it.
void* shared_bytes();
template <typename T>
T* shared_memory() {
  return static_cast<T*>(shared_bytes());
}

/// A variable of a block; `Tag`: one of its own for each, a lambda.
template <typename T, typename Tag>
T& shared_variable(Tag) {
  alignas(16) static unsigned char bytes[sizeof(T)];
  static const bool known = (forget_before_blocks(bytes, sizeof bytes), true);
  static_cast<void>(known);
  return *reinterpret_cast<T*>(bytes);
}

/// __syncthreads: waits for all threads of the block that have not ended.
void block_barrier();
/// __syncwarp: waits for all of the warp. \throws std::logic_error where one has ended, or waits elsewhere.
void warp_barrier();
/// The bits that lane `lane ^ offset` of the warp brings.
std::uint64_t exchange(std::uint64_t bits, int offset);

/// cp.async: it is there when wait_copies has waited for its group, and not before.
void begin_copy(void* to, const void* from, std::size_t bytes);
void end_group();
void wait_copies(int pending);

/// Runs `body` for each thread of a block; `backwards`: the last thread first. \throws std::logic_error for
/// what would hang or be undefined on a device, and what body throws.
void run_block(const Place& first, std::size_t shared, bool backwards, const std::function<void()>& body);

}  // namespace stand_in

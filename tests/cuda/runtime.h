// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <functional>
#include <utility>

namespace stand_in {

/// What kernel<<<...>>> is given.
struct Shape {
  dim3 grid;
  dim3 block;
  std::size_t shared = 0;
  cudaStream_t stream = nullptr;
};

/// For the device to do, after all that went to this stream before.
void enqueue(cudaStream_t stream, std::function<void()> operation);

/// Enqueues a launch; what is wrong with it is for cudaGetLastError.
void launch(const Shape& shape, std::function<void()> thread);

/// kernel<<<grid, block, shared, stream>>>(arguments) is kernel(call, grid, block, shared,
/// stream)(arguments).
template <typename Call>
auto kernel(Call call, dim3 grid, dim3 block, std::size_t shared, cudaStream_t stream) {
  return [=]<typename... Arguments>(Arguments... arguments) {
    launch({grid, block, shared, stream}, [=] { call(arguments...); });
  };
}

}  // namespace stand_in

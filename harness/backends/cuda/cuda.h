// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <utility>

#include "harness/backends/transfers.h"
#include "harness/core/error.h"

/// The CUDA runtime as C++: errors are exceptions, memory has an owner. For .cu files only.
namespace assay::cuda {

/// \throws Error{unavailable} when there is not enough memory, else Error{worker}, saying what was done.
void check(cudaError_t error, const char* what);

/// Overwrites device memory with a pattern that is no result (Instance::spoil), and waits for it.
inline void spoil(void* at, std::size_t bytes) {
  check(cudaMemset(at, 0xA5, bytes), "overwrite a result");
  check(cudaDeviceSynchronize(), "overwrite a result");
}

/// What Buffers were filled with and read for, in this module: a worker has one case at a time.
inline Transfers& transfers() {
  static auto* one = new Transfers;
  return *one;
}

/// `count` elements of device memory, owned. Movable, not copyable.
template <typename T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t count) : count_(count) {
    check(cudaMalloc(reinterpret_cast<void**>(&data_), bytes()), "allocate device memory");
  }
  Buffer(const T* host, std::size_t count) : Buffer(count) { upload(host, bytes()); }
  ~Buffer() {
    if (data_ == nullptr) return;
    transfers().gone(place());
    cudaFree(data_);
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), count_(std::exchange(other.count_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
    return *this;
  }

  T* data() const { return data_; }
  std::size_t size() const { return count_; }
  std::size_t bytes() const { return count_ * sizeof(T); }
  void spoil() { cuda::spoil(data_, bytes()); }
  /// The first `bytes` of it.
  void upload(const void* host, std::size_t bytes) {
    check(cudaMemcpy(data_, host, bytes, cudaMemcpyHostToDevice), "copy to the device");
    transfers().uploaded(place(), bytes);
  }
  void download(T* host) const {
    check(cudaMemcpy(host, data_, bytes(), cudaMemcpyDeviceToHost), "copy from the device");
    transfers().downloaded(place(), 0, bytes());
  }

 private:
  Transfers::Place place() const { return reinterpret_cast<Transfers::Place>(data_); }

  T* data_ = nullptr;
  std::size_t count_ = 0;
};

/// `count` elements of page-locked host memory that the device can read and write, owned.
template <typename T>
class Pinned {
 public:
  Pinned() = default;
  explicit Pinned(std::size_t count) : count_(count) {
    check(cudaHostAlloc(reinterpret_cast<void**>(&data_), count * sizeof(T), cudaHostAllocDefault),
          "allocate page-locked memory");
  }
  ~Pinned() {
    if (data_ != nullptr) cudaFreeHost(data_);
  }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;
  Pinned(Pinned&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), count_(std::exchange(other.count_, 0)) {}
  Pinned& operator=(Pinned&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
    return *this;
  }

  T* data() const { return data_; }
  std::size_t size() const { return count_; }

 private:
  T* data_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace assay::cuda

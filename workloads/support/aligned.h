// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <new>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "harness/backends/cpu/pool.h"
#include "harness/core/error.h"

namespace assay {

/// Kernels' storage: `count` elements of a trivial type at a 64-byte boundary, followed by `padding` readable
/// and writable bytes so that a vector load may run past the end. Zeroed; each pool member touches the pages
/// of its own share (Pool::share) first, so memory lies where it is used. Movable, not copyable.
template <typename T>
class Aligned {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  static constexpr std::size_t alignment = 64;
  static constexpr std::size_t padding = 128;

  Aligned() = default;

  /// \throws Error{unavailable} when there is not that much memory. `pool` may be null: the caller touches
  /// all.
  explicit Aligned(std::size_t count, cpu::Pool* pool = nullptr) : size_(count) {
    if (count > (std::numeric_limits<std::size_t>::max() / 2 - padding) / sizeof(T)) fail(count);
    data_ = static_cast<T*>(::operator new (bytes(), std::align_val_t{alignment}, std::nothrow));
    if (data_ == nullptr) fail(count);
    auto* begin = reinterpret_cast<unsigned char*>(data_);
    if (pool == nullptr) {
      std::memset(begin, 0, bytes());
      return;
    }
    pool->run([&](int index) {
      const auto [from, to] = pool->share(bytes(), index, 4096);
      std::memset(begin + from, 0, to - from);
    });
  }

  ~Aligned() { release(); }
  Aligned(const Aligned&) = delete;
  Aligned& operator=(const Aligned&) = delete;
  Aligned(Aligned&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Aligned& operator=(Aligned&& other) noexcept {
    if (this != &other) {
      release();
      data_ = std::exchange(other.data_, nullptr);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// What it holds of memory, padding included.
  std::size_t bytes() const { return size_ * sizeof(T) + padding; }
  /// Every bit set: NaN in reals, -1 in integers; none where the first byte is so already (a white picture).
  /// For Instance::spoil().
  void spoil() {
    if (size_ == 0) return;
    auto* bytes = reinterpret_cast<unsigned char*>(data_);
    std::memset(bytes, bytes[0] == 0xFF ? 0 : 0xFF, size_ * sizeof(T));
  }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  std::span<const T> view() const { return {data_, size_}; }
  std::span<T> view() { return {data_, size_}; }

 private:
  [[noreturn]] static void fail(std::size_t count) {
    throw Error(
        ErrorCode::unavailable,
        "no memory for " + std::to_string(count) + " elements of " + std::to_string(sizeof(T)) + " bytes",
        "choose a smaller preset");
  }
  void release() {
    if (data_ != nullptr) ::operator delete (data_, std::align_val_t{alignment});
    data_ = nullptr;
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace assay

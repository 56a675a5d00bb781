// SPDX-License-Identifier: Apache-2.0
// What Assay calls of CUB, in its interface (CUB 2.x, device-wide primitives), in order on one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <vector>

#include "tests/cuda/runtime.h"

namespace stand_in {

/// Without `scratch` only says how much of it is needed; else enqueues `work`.
template <typename Work>
cudaError_t with_scratch(void* scratch, std::size_t& bytes, cudaStream_t stream, Work work) {
  if (scratch == nullptr)
    bytes = 1;
  else
    enqueue(stream, work);
  return cudaSuccess;
}

}  // namespace stand_in

namespace cub {

struct DeviceScan {
  template <typename In, typename Out>
  static cudaError_t InclusiveSum(void* scratch, std::size_t& bytes, In in, Out out, int count,
                                  cudaStream_t stream) {
    return stand_in::with_scratch(scratch, bytes, stream, [=] { std::partial_sum(in, in + count, out); });
  }
};

struct DeviceRadixSort {
  /// By the bits `begin` to `end` of the keys, which are not negative; of equals the first stays first.
  template <typename Key, typename Value>
  static cudaError_t SortPairs(void* scratch, std::size_t& bytes, const Key* keys, Key* sorted_keys,
                               const Value* values, Value* sorted_values, int count, int begin, int end,
                               cudaStream_t stream) {
    return stand_in::with_scratch(scratch, bytes, stream, [=] {
      const auto bits = [&](int i) {
        const auto shifted = static_cast<unsigned long long>(keys[i]) >> begin;
        return end - begin >= 64 ? shifted : shifted & ((1ULL << (end - begin)) - 1);
      };
      std::vector<int> order(static_cast<std::size_t>(count));
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return bits(a) < bits(b); });
      for (int i = 0; i < count; ++i) {
        sorted_keys[i] = keys[order[static_cast<std::size_t>(i)]];
        sorted_values[i] = values[order[static_cast<std::size_t>(i)]];
      }
    });
  }
};

struct DeviceReduce {
  template <typename In, typename Out>
  static cudaError_t Sum(void* scratch, std::size_t& bytes, In in, Out out, int count, cudaStream_t stream) {
    return stand_in::with_scratch(scratch, bytes, stream, [=] {
      auto sum = *out - *out;
      for (int i = 0; i < count; ++i) sum += in[i];
      *out = sum;
    });
  }
  template <typename Key, typename In, typename Out, typename Found, typename Add>
  static cudaError_t ReduceByKey(void* scratch, std::size_t& bytes, const Key* keys, Key* unique, In in,
                                 Out out, Found found, Add add, int count, cudaStream_t stream) {
    return stand_in::with_scratch(scratch, bytes, stream, [=] {
      int groups = 0;
      for (int i = 0; i < count; ++i) {
        if (i == 0 || keys[i] != keys[i - 1]) {
          unique[groups] = keys[i];
          out[groups++] = in[i];
        } else {
          out[groups - 1] = add(out[groups - 1], in[i]);
        }
      }
      *found = static_cast<unsigned>(groups);
    });
  }
};

}  // namespace cub

namespace thrust {

template <typename T>
struct counting_iterator {
  T first;
  T operator[](T i) const { return first + i; }
};
template <typename Function, typename Iterator>
struct transform_iterator {
  Iterator from;
  Function function;
  auto operator[](int i) const { return function(from[static_cast<unsigned>(i)]); }
};
template <typename Function, typename Iterator>
transform_iterator<Function, Iterator> make_transform_iterator(Iterator from, Function function) {
  return {from, function};
}

}  // namespace thrust

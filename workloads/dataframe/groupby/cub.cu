// SPDX-License-Identifier: Apache-2.0
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>

#include <algorithm>
#include <bit>
#include <cub/device/device_radix_sort.cuh>
#include <cub/device/device_reduce.cuh>
#include <type_traits>

#include "workloads/dataframe/groupby/cuda.h"
#include "workloads/dataframe/groupby/cuda_instance.h"

namespace assay::groupby {

namespace {

constexpr unsigned threads = 256;

/// What is added up of a group where that is more than v1: v1, v2, v3 (and the rows of the group).
template <int count>
struct Totals {
  Sum of[count];
};
template <Query query>
using Total = std::conditional_t<query == Query::q1, Sum, Totals<query == Query::q4 ? 4 : 3>>;

struct Add {
  __host__ __device__ Sum operator()(Sum a, Sum b) const { return a + b; }
  template <int count>
  __host__ __device__ Totals<count> operator()(Totals<count> a, const Totals<count>& b) const {
    for (int i = 0; i < count; ++i) a.of[i] += b.of[i];
    return a;
  }
};

/// What the `i`-th row in the order of the keys adds. `sorted`: its v1 in q1, else its number.
template <Query query>
struct Addend {
  const unsigned* sorted;
  Columns columns;
  __host__ __device__ Total<query> operator()(unsigned i) const {
    if constexpr (query == Query::q1) {
      return static_cast<Sum>(static_cast<long long>(static_cast<int>(sorted[i])));
    } else {
      const unsigned row = sorted[i];
      Total<query> added{};
      added.of[0] = static_cast<Sum>(static_cast<long long>(columns.v1[row]));
      added.of[1] = static_cast<Sum>(static_cast<long long>(columns.v2[row]));
      added.of[2] = static_cast<Sum>(columns.v3[row]);
      if constexpr (query == Query::q4) added.of[3] = 1;
      return added;
    }
  }
};

__device__ Sum word_of(Sum total, unsigned) { return total; }
template <int count>
__device__ Sum word_of(const Totals<count>& total, unsigned i) {
  return total.of[i];
}

__global__ void __launch_bounds__(threads) number(unsigned* rows, unsigned count) {
  const unsigned i = blockIdx.x * threads + threadIdx.x;
  if (i < count) rows[i] = i;
}

/// From CUB's groups to `result`, as DeviceResult has it.
template <typename T>
__global__ void __launch_bounds__(threads)
    write(const unsigned* codes, const T* totals, const unsigned* found, std::int64_t minimum,
          unsigned planes, unsigned capacity, std::int64_t* result) {
  const unsigned at = blockIdx.x * threads + threadIdx.x;
  const unsigned groups = *found;
  if (at == 0) result[static_cast<std::size_t>(planes) * capacity] = groups;
  if (at >= groups) return;
  result[at] = minimum + codes[at];
  for (unsigned plane = 1; plane < planes; ++plane) {
    result[static_cast<std::size_t>(plane) * capacity + at] =
        static_cast<std::int64_t>(word_of(totals[at], plane - 1));
  }
}

template <Query query>
class CubGroupby final : public CudaGroupbyInstance {
 public:
  explicit CubGroupby(const Preparation& preparation) : CudaGroupbyInstance(preparation, query) {
    const std::size_t rows = columns().rows;
    if (reads_all(query)) {
      numbers_ = cuda::Buffer<unsigned>(rows);
      number<<<(columns().rows + threads - 1) / threads, threads, 0, queue().stream()>>>(numbers_.data(),
                                                                                         columns().rows);
      cuda::check(cudaGetLastError(), "number the rows");
    }
    keys_ = cuda::Buffer<unsigned>(rows);
    sorted_ = cuda::Buffer<unsigned>(rows);
    codes_ = cuda::Buffer<unsigned>(capacity());
    totals_ = cuda::Buffer<Total<query>>(capacity());
    found_ = cuda::Buffer<unsigned>(1);
    std::size_t sorting = 0;
    std::size_t reducing = 0;
    sort(nullptr, sorting);
    reduce(nullptr, reducing);
    scratch_ = cuda::Buffer<unsigned char>(std::max({sorting, reducing, std::size_t{1}}));
    facts().resident_bytes += numbers_.bytes() + keys_.bytes() + sorted_.bytes() + codes_.bytes() +
                              totals_.bytes() + found_.bytes() + scratch_.bytes();
    queue().on_submit([this] { submit(); }, 48);
    call();
  }

 private:
  /// Over the bits in which codes differ.
  void sort(void* scratch, std::size_t& bytes) {
    const auto* carried =
        query == Query::q1 ? reinterpret_cast<const unsigned*>(columns().v1) : numbers_.data();
    cuda::check(cub::DeviceRadixSort::SortPairs(
                    scratch, bytes, reinterpret_cast<const unsigned*>(columns().code), keys_.data(), carried,
                    sorted_.data(), static_cast<int>(columns().rows), 0,
                    std::max(1, static_cast<int>(std::bit_width(range() - 1))), queue().stream()),
                "sort by key");
  }
  void reduce(void* scratch, std::size_t& bytes) {
    const auto addends = thrust::make_transform_iterator(thrust::counting_iterator<unsigned>(0),
                                                         Addend<query>{sorted_.data(), columns()});
    cuda::check(cub::DeviceReduce::ReduceByKey(scratch, bytes, keys_.data(), codes_.data(), addends,
                                               totals_.data(), found_.data(), Add{},
                                               static_cast<int>(columns().rows), queue().stream()),
                "add up by key");
  }
  void submit() {
    std::size_t bytes = scratch_.bytes();
    sort(scratch_.data(), bytes);
    bytes = scratch_.bytes();
    reduce(scratch_.data(), bytes);
    write<<<(capacity() + threads - 1) / threads, threads, 0, queue().stream()>>>(
        codes_.data(), totals_.data(), found_.data(), minimum(), planes(), capacity(), result());
    cuda::check(cudaGetLastError(), "launch the group-by");
  }

  cuda::Buffer<unsigned> numbers_;  ///< 0, 1, ...: of rows
  cuda::Buffer<unsigned> keys_;     ///< codes in order
  cuda::Buffer<unsigned> sorted_;   ///< what was carried along
  cuda::Buffer<unsigned> codes_;    ///< of the groups
  cuda::Buffer<Total<query>> totals_;
  cuda::Buffer<unsigned> found_;  ///< groups
  cuda::Buffer<unsigned char> scratch_;
};

}  // namespace

Implementation cub_row(Query query) {
  Implementation row;
  row.name = "cub";
  row.device = "cuda";
  row.doc =
      "columns resident on the device, dense keys alone; CUB's radix sort by key, over the bits that "
      "differ, " +
      std::string(reads_all(query) ? "of row numbers" : "of v1") + ", then its reduction by key" +
      host_divides(query);
  row.make = [query](const Preparation& p) -> std::unique_ptr<Instance> {
    if (query == Query::q1) return std::make_unique<CubGroupby<Query::q1>>(p);
    if (query == Query::q4) return std::make_unique<CubGroupby<Query::q4>>(p);
    return std::make_unique<CubGroupby<Query::q5>>(p);
  };
  return row;
}

}  // namespace assay::groupby

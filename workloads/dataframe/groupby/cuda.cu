// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/cuda.h"

#include <cub/device/device_scan.cuh>

#include <algorithm>

#include "workloads/dataframe/groupby/cuda_instance.h"

namespace assay::groupby {

namespace {

constexpr unsigned threads = 256;
/// A table up to this is each block's own, in shared memory.
constexpr std::size_t own_bytes = 16384;

/// The table of sums, in planes of `range`: rows of the group, sums of v1, v2, v3.
__device__ void add_row(const Columns& columns, unsigned i, Sum* table, unsigned range) {
  Sum* at = table + columns.code[i];
  atomicAdd(at, Sum{1});
  atomicAdd(at + range, static_cast<Sum>(static_cast<long long>(columns.v1[i])));
  if (columns.v3 == nullptr) return;
  atomicAdd(at + 2 * static_cast<std::size_t>(range),
            static_cast<Sum>(static_cast<long long>(columns.v2[i])));
  atomicAdd(at + 3 * static_cast<std::size_t>(range), static_cast<Sum>(columns.v3[i]));
}

/// `own_words`: of a table of the block's own; 0: there is none.
__global__ void __launch_bounds__(threads)
    accumulate(Columns columns, Sum* table, unsigned range, unsigned own_words) {
  extern __shared__ Sum own[];
  for (unsigned i = threadIdx.x; i < own_words; i += threads) own[i] = 0;
  __syncthreads();
  const unsigned step = gridDim.x * threads;
  for (unsigned i = blockIdx.x * threads + threadIdx.x; i < columns.rows; i += step) {
    add_row(columns, i, own_words > 0 ? own : table, range);
  }
  __syncthreads();
  for (unsigned i = threadIdx.x; i < own_words; i += threads) {
    if (own[i] != 0) atomicAdd(table + i, own[i]);
  }
}

__global__ void __launch_bounds__(threads) mark(const Sum* table, unsigned range, unsigned* occurs) {
  const unsigned slot = blockIdx.x * threads + threadIdx.x;
  if (slot < range) occurs[slot] = table[slot] != 0 ? 1 : 0;
}

/// `ends`: the inclusive sums of what mark() wrote. `result`: as DeviceResult has it.
__global__ void __launch_bounds__(threads)
    write(const Sum* table, const unsigned* ends, unsigned range, unsigned planes, std::int64_t minimum,
          unsigned capacity, std::int64_t* result) {
  const unsigned slot = blockIdx.x * threads + threadIdx.x;
  if (slot >= range) return;
  if (slot == range - 1) result[static_cast<std::size_t>(planes) * capacity] = ends[slot];
  if (table[slot] == 0) return;
  const unsigned at = ends[slot] - 1;
  result[at] = minimum + slot;
  for (std::size_t plane = 1; plane < planes && plane < 4; ++plane) {
    result[plane * capacity + at] = static_cast<std::int64_t>(table[plane * range + slot]);
  }
  if (planes > 4) result[std::size_t{4} * capacity + at] = static_cast<std::int64_t>(table[slot]);
}

class CudaGroupby final : public CudaGroupbyInstance {
 public:
  CudaGroupby(const Preparation& preparation, Query query) : CudaGroupbyInstance(preparation, query) {
    table_ = cuda::Buffer<Sum>((reads_all(query) ? 4 : 2) * static_cast<std::size_t>(range()));
    ends_ = cuda::Buffer<unsigned>(range());
    std::size_t scratch = 0;
    cuda::check(cub::DeviceScan::InclusiveSum(nullptr, scratch, ends_.data(), ends_.data(),
                                              static_cast<int>(range()), queue().stream()),
                "ask for scratch memory");
    scratch_ = cuda::Buffer<unsigned char>(std::max<std::size_t>(scratch, 1));
    facts().resident_bytes += table_.bytes() + ends_.bytes() + scratch_.bytes();
    queue().on_submit([this] { submit(); }, 8);
    call();
  }

 private:
  void submit() {
    const cudaStream_t stream = queue().stream();
    const bool own = table_.bytes() <= own_bytes;
    const auto most = static_cast<unsigned>(queue().multiprocessors()) * 8;
    const unsigned blocks = std::clamp((columns().rows + threads * 8 - 1) / (threads * 8), 1U, most);
    const unsigned slots = (range() + threads - 1) / threads;
    cuda::check(cudaMemsetAsync(table_.data(), 0, table_.bytes(), stream), "clear device memory");
    accumulate<<<blocks, threads, own ? table_.bytes() : 0, stream>>>(
        columns(), table_.data(), range(), own ? static_cast<unsigned>(table_.size()) : 0);
    mark<<<slots, threads, 0, stream>>>(table_.data(), range(), ends_.data());
    std::size_t scratch = scratch_.bytes();
    cuda::check(cub::DeviceScan::InclusiveSum(scratch_.data(), scratch, ends_.data(), ends_.data(),
                                              static_cast<int>(range()), stream),
                "add up in order");
    write<<<slots, threads, 0, stream>>>(table_.data(), ends_.data(), range(), planes(), minimum(),
                                         capacity(), result());
    cuda::check(cudaGetLastError(), "launch the group-by");
  }

  cuda::Buffer<Sum> table_;
  cuda::Buffer<unsigned> ends_;
  cuda::Buffer<unsigned char> scratch_;
};

}  // namespace

Implementation cuda_row(Query query) {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.doc = device_doc(query, "block", "then CUB's scan puts the groups in order");
  row.make = [query](const Preparation& p) { return std::make_unique<CudaGroupby>(p, query); };
  return row;
}

}  // namespace assay::groupby

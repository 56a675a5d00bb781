// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/cuda.h"

#include <cub/device/device_scan.cuh>

#include <algorithm>

#include "harness/backends/cuda/instance.h"

namespace assay::groupby {

namespace {

using Sum = unsigned long long;  // wraps as i64 does

constexpr unsigned threads = 256;
/// A table up to this is each block's own, in shared memory.
constexpr std::size_t own_bytes = 16384;

/// The columns of a query on the device; v2 and v3 null in q1.
struct Columns {
  const int* code;
  const int* v1;
  const int* v2;
  const long long* v3;
  unsigned rows;
};

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

/// `ends`: the inclusive sums of what mark() wrote. `result`: planes of `capacity`, then how many there are.
__global__ void __launch_bounds__(threads)
    write(const Sum* table, const unsigned* ends, unsigned range, unsigned planes, long long minimum,
          unsigned capacity, long long* result) {
  const unsigned slot = blockIdx.x * threads + threadIdx.x;
  if (slot >= range) return;
  if (slot == range - 1) result[static_cast<std::size_t>(planes) * capacity] = ends[slot];
  if (table[slot] == 0) return;
  const unsigned at = ends[slot] - 1;
  result[at] = minimum + slot;
  for (std::size_t plane = 1; plane < planes; ++plane) {
    result[plane * capacity + at] = static_cast<long long>(table[plane * range + slot]);
  }
}

class CudaGroupby final : public cuda::DeviceInstance {
 public:
  CudaGroupby(const Preparation& preparation, Query query) : DeviceInstance(preparation), query_(query) {
    const Input input = make_input(preparation, query);
    if (!input.key.dense) {
      throw Error(ErrorCode::unavailable,
                  "the group-by on a GPU takes keys whose range is at most 4 x rows or 65,536",
                  "choose implementation simd for keys that are spread wider");
    }
    if (input.key.range > 0x7FFFFFFF)
      throw Error(ErrorCode::unavailable, "the group-by on a GPU counts keys in 31 bits",
                  "choose fewer rows");
    range_ = static_cast<unsigned>(input.key.range);
    minimum_ = input.key.minimum;
    capacity_ = input.capacity();
    columns_.rows = static_cast<unsigned>(input.rows);
    columns_.code = upload(ints_[0], input.key.code);
    columns_.v1 = upload(ints_[1], input.v1.values);
    if (query == Query::q5) {
      columns_.v2 = upload(ints_[2], input.v2.values);
      v3_ = cuda::Buffer<long long>(reinterpret_cast<const long long*>(input.v3.values.data()), input.rows);
      columns_.v3 = v3_.data();
    }
    table_ = cuda::Buffer<Sum>(planes() * range_);
    ends_ = cuda::Buffer<unsigned>(range_);
    result_ = cuda::Buffer<long long>(planes() * capacity_ + 1);
    std::size_t scratch = 0;
    cuda::check(cub::DeviceScan::InclusiveSum(nullptr, scratch, ends_.data(), ends_.data(),
                                              static_cast<int>(range_), queue().stream()),
                "ask for scratch memory");
    scratch_ = cuda::Buffer<unsigned char>(std::max<std::size_t>(scratch, 1));
    facts() = {work_of(query, input),
               v3_.bytes() + table_.bytes() + ends_.bytes() + result_.bytes() + scratch_.bytes(),
               input.digest};
    for (const auto& column : ints_) facts().resident_bytes += column.bytes();
    queue().on_submit([this] { submit(); }, 8);
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<long long> all(result_.size());
    result_.download(all.data());
    const auto found = static_cast<std::size_t>(all.back());
    const std::size_t groups = found <= capacity_ ? found : 0;  // more: it was spoilt
    Result result(query_, capacity_, nullptr);
    for (std::size_t i = 0; i < groups; ++i) {
      Sums sums;
      sums.v1 = all[capacity_ + i];
      if (query_ == Query::q5) {
        sums.v2 = all[2 * capacity_ + i];
        sums.v3 = all[3 * capacity_ + i];
      }
      result.set(i, all[i], sums);
    }
    result.set_groups(groups);
    return result.tensors();
  }

  void spoil() override { result_.spoil(); }

 private:
  std::size_t planes() const { return query_ == Query::q5 ? 4 : 2; }

  static const int* upload(cuda::Buffer<int>& to, const Aligned<std::int32_t>& from) {
    to = cuda::Buffer<int>(from.data(), from.size());
    return to.data();
  }

  void submit() {
    const cudaStream_t stream = queue().stream();
    const bool own = table_.bytes() <= own_bytes;
    const auto most = static_cast<unsigned>(queue().multiprocessors()) * 8;
    const unsigned blocks = std::clamp((columns_.rows + threads * 8 - 1) / (threads * 8), 1U, most);
    const unsigned slots = (range_ + threads - 1) / threads;
    cuda::check(cudaMemsetAsync(table_.data(), 0, table_.bytes(), stream), "clear device memory");
    accumulate<<<blocks, threads, own ? table_.bytes() : 0, stream>>>(
        columns_, table_.data(), range_, own ? static_cast<unsigned>(table_.size()) : 0);
    mark<<<slots, threads, 0, stream>>>(table_.data(), range_, ends_.data());
    std::size_t scratch = scratch_.bytes();
    cuda::check(cub::DeviceScan::InclusiveSum(scratch_.data(), scratch, ends_.data(), ends_.data(),
                                              static_cast<int>(range_), stream),
                "add up in order");
    write<<<slots, threads, 0, stream>>>(table_.data(), ends_.data(), range_, static_cast<unsigned>(planes()),
                                         minimum_, static_cast<unsigned>(capacity_), result_.data());
    cuda::check(cudaGetLastError(), "launch the group-by");
  }

  Query query_;
  Columns columns_{};
  unsigned range_ = 0;
  long long minimum_ = 0;
  std::size_t capacity_ = 0;
  cuda::Buffer<int> ints_[3];  ///< key, v1, v2
  cuda::Buffer<long long> v3_;
  cuda::Buffer<Sum> table_;
  cuda::Buffer<unsigned> ends_;
  cuda::Buffer<long long> result_;
  cuda::Buffer<unsigned char> scratch_;
};

}  // namespace

Implementation cuda_row(Query query) {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.doc =
      "columns resident on the device, dense keys alone; atomic additions to one table (a small one first in "
      "each "
      "block), then CUB's scan puts the groups in order";
  row.make = [query](const Preparation& p) { return std::make_unique<CudaGroupby>(p, query); };
  return row;
}

}  // namespace assay::groupby

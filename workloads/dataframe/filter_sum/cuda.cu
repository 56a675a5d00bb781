// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "harness/backends/cuda/instance.h"
#include "harness/backends/cuda/reduce.cuh"
#include "workloads/dataframe/filter_sum/device_columns.h"

namespace assay {

namespace filter_sum {

namespace {

using Sum = unsigned long long;  // wraps as i64 does; the columns' sum fits

constexpr unsigned threads = 512;
constexpr unsigned quads = 2;  ///< groups of four rows (64 bytes) that a thread has in flight

__device__ Sum qualified(int a, int b, long long v, int v1_below, int v2_below) {
  return a < v1_below && b < v2_below ? static_cast<Sum>(v) : Sum{0};
}

/// All columns are read whole: of four rows in a vector almost always one qualifies, and 32-byte sectors are
/// what memory moves.
__global__ void __launch_bounds__(threads)
    filtered(const int* v1, const int* v2, const long long* v3, std::size_t rows, int v1_below, int v2_below,
             Sum* partials, unsigned* ticket, Sum* result) {
  const std::size_t whole = rows / 4;
  const std::size_t step = static_cast<std::size_t>(gridDim.x) * threads;
  Sum sum = 0;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * threads + threadIdx.x; i < whole;
       i += quads * step) {
    int4 a[quads];
    int4 b[quads];
    longlong2 low[quads];
    longlong2 high[quads];
#pragma unroll
    for (unsigned k = 0; k < quads; ++k) {
      const std::size_t at = i + k * step;
      const bool in = at < whole;
      a[k] = in ? reinterpret_cast<const int4*>(v1)[at] : int4{};
      b[k] = in ? reinterpret_cast<const int4*>(v2)[at] : int4{};
      low[k] = in ? reinterpret_cast<const longlong2*>(v3)[2 * at] : longlong2{};
      high[k] = in ? reinterpret_cast<const longlong2*>(v3)[2 * at + 1] : longlong2{};
    }
#pragma unroll
    for (unsigned k = 0; k < quads; ++k) {
      sum += qualified(a[k].x, b[k].x, low[k].x, v1_below, v2_below) +
             qualified(a[k].y, b[k].y, low[k].y, v1_below, v2_below) +
             qualified(a[k].z, b[k].z, high[k].x, v1_below, v2_below) +
             qualified(a[k].w, b[k].w, high[k].y, v1_below, v2_below);
    }
  }
  if (blockIdx.x == 0 && threadIdx.x < rows % 4) {
    const std::size_t at = 4 * whole + threadIdx.x;
    sum += qualified(v1[at], v2[at], v3[at], v1_below, v2_below);
  }
  cuda::grid_sum(cuda::block_sum(sum), partials, ticket, result);
}

class CudaFilterSum final : public cuda::DeviceInstance {
 public:
  explicit CudaFilterSum(const Preparation& preparation) : DeviceInstance(preparation) {
    const FilterProblem problem(preparation);
    v1_below_ = problem.v1_below;
    v2_below_ = problem.v2_below;
    rows_ = problem.rows;
    columns_ = DeviceColumns(problem);
    // Few blocks: adding up theirs is most of a short call.
    const std::size_t each = std::size_t{threads} * quads * 4;
    blocks_ = static_cast<unsigned>(std::clamp<std::size_t>(
        (rows_ + each - 1) / each, 1, static_cast<std::size_t>(queue().multiprocessors()) * 3));
    sums_ = cuda::Buffer<Sum>(blocks_ + 2);  // partial sums, the result, the ticket
    cuda::check(cudaMemset(sums_.data(), 0, sums_.bytes()), "clear device memory");
    facts() = {problem.work(), columns_.bytes(), problem.digest.text()};
    queue().on_submit([this] { submit(); });
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<Sum> all(sums_.size());
    sums_.download(all.data());
    return FilterProblem::output(static_cast<std::int64_t>(all[blocks_]));
  }

  void spoil() override { cuda::spoil(sums_.data(), (blocks_ + 1) * sizeof(Sum)); }  // all but the ticket

 private:
  void submit() {
    filtered<<<blocks_, threads, 0, queue().stream()>>>(
        columns_.v1.data(), columns_.v2.data(), columns_.v3.data(), rows_, v1_below_, v2_below_, sums_.data(),
        reinterpret_cast<unsigned*>(sums_.data() + blocks_ + 1), sums_.data() + blocks_);
    cuda::check(cudaGetLastError(), "launch dataframe.filter_sum");
  }

  int v1_below_ = 0;
  int v2_below_ = 0;
  std::size_t rows_ = 0;
  unsigned blocks_ = 0;
  DeviceColumns columns_;
  cuda::Buffer<Sum> sums_;
};

}  // namespace

}  // namespace filter_sum

Implementation implementation_dataframe_filter_sum_cuda();

Implementation implementation_dataframe_filter_sum_cuda() {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.doc = "columns resident on the device; 16-byte loads, one launch: the last block adds up";
  row.make = [](const Preparation& p) { return std::make_unique<filter_sum::CudaFilterSum>(p); };
  return row;
}

}  // namespace assay

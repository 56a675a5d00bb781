// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "harness/backends/cuda/instance.h"
#include "workloads/roof/fma/problem.h"

namespace assay {

namespace roof_fma {

namespace {

constexpr unsigned threads = 256;
/// Chains of a thread. With 64 warps on a multiprocessor each scheduler has 16, and an FMA takes 4 cycles:
/// more than enough for one a cycle.
constexpr int per_thread = 4;
constexpr int unroll = 16;

template <typename T>
__global__ void __launch_bounds__(threads)
    chains_of(T* to, const T* from, std::size_t count, T a, T b, int rounds) {
  const std::size_t step = static_cast<std::size_t>(gridDim.x) * threads;
  const std::size_t first = static_cast<std::size_t>(blockIdx.x) * threads + threadIdx.x;
  T x[per_thread];
#pragma unroll
  for (int k = 0; k < per_thread; ++k) x[k] = first + k * step < count ? from[first + k * step] : T{1};
  int round = 0;
  for (; round + unroll <= rounds; round += unroll) {
#pragma unroll
    for (int i = 0; i < unroll; ++i) {
#pragma unroll
      for (int k = 0; k < per_thread; ++k) x[k] = fma(a, x[k], b);
    }
  }
  for (; round < rounds; ++round) {
#pragma unroll
    for (int k = 0; k < per_thread; ++k) x[k] = fma(a, x[k], b);
  }
#pragma unroll
  for (int k = 0; k < per_thread; ++k) {
    if (first + k * step < count) to[first + k * step] = x[k];
  }
}

template <typename T>
class CudaFma final : public cuda::DeviceInstance {
 public:
  explicit CudaFma(const Preparation& preparation)
      : DeviceInstance(preparation),
        problem_(preparation),
        start_(problem_.start.data(), problem_.start.size()),
        end_(problem_.start.size()) {
    cuda::check(cudaMemset(end_.data(), 0xFF, end_.bytes()), "clear device memory");
    facts() = {problem_.work(), start_.bytes() + end_.bytes(), problem_.digest.text()};
    queue().on_submit([this] { submit(); });
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<T> values(end_.size());
    end_.download(values.data());
    return problem_.output(values);
  }
  void spoil() override { end_.spoil(); }

 private:
  void submit() {
    const std::size_t each = std::size_t{threads} * per_thread;
    const auto blocks = static_cast<unsigned>((start_.size() + each - 1) / each);
    const T b = static_cast<T>(decay(problem_.rounds));
    chains_of<T><<<blocks, threads, 0, queue().stream()>>>(end_.data(), start_.data(), start_.size(), 1 - b,
                                                           b, static_cast<int>(problem_.rounds));
    cuda::check(cudaGetLastError(), "launch roof.fma");
  }

  FmaProblem<T> problem_;
  cuda::Buffer<T> start_;
  cuda::Buffer<T> end_;
};

}  // namespace

}  // namespace roof_fma

Implementation implementation_roof_fma_cuda();

Implementation implementation_roof_fma_cuda() {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.accuracy = "float";
  row.doc = "four chains a thread in registers; to fill a large GPU it needs some 10,000 blocks";
  row.make = [](const Preparation& p) -> std::unique_ptr<Instance> {
    if (get_text(p.params, "isa") != "best") {
      throw Error(ErrorCode::unavailable, "roof.fma/cuda has no choice of isa", "leave isa= out");
    }
    if (get_text(p.params, "dtype") == "f64") return std::make_unique<roof_fma::CudaFma<double>>(p);
    return std::make_unique<roof_fma::CudaFma<float>>(p);
  };
  return row;
}

}  // namespace assay

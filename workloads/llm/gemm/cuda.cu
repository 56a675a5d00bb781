// SPDX-License-Identifier: Apache-2.0
#include <cuda_fp16.h>

#include "harness/backends/cuda/instance.h"
#include "workloads/llm/gemm/gemm.h"

namespace assay {

namespace llm {

namespace {

constexpr int tile = 64;   ///< rows of W and of X that a block multiplies
constexpr int depth = 16;  ///< columns at a time
constexpr int side = 16;   ///< of the block, whose threads have 4 x 4 sums each
constexpr int threads = side * side;

__device__ float real(float value) { return value; }
__device__ float real(__half value) { return __half2float(value); }

/// Y = X W^T. `tiles`: beside each other in a row of Y.
template <typename T>
__global__ void __launch_bounds__(threads)
    multiply(const T* __restrict__ w, const T* __restrict__ x, float* __restrict__ y, int rows, int cols,
             int tokens, int tiles) {
  __shared__ float of_w[depth][tile + 1];
  __shared__ float of_x[depth][tile + 1];
  const int row = static_cast<int>(blockIdx.x) % tiles * tile;
  const int token = static_cast<int>(blockIdx.x) / tiles * tile;
  const int across = static_cast<int>(threadIdx.x) % side;
  const int down = static_cast<int>(threadIdx.x) / side;
  float sum[4][4] = {};
  for (int begin = 0; begin < cols; begin += depth) {  // whole: cols is a multiple of 32
#pragma unroll
    for (int k = 0; k < tile; k += side) {
      const int r = row + down + k;
      const int t = token + down + k;
      of_w[across][down + k] = r < rows ? real(w[static_cast<std::size_t>(r) * cols + begin + across]) : 0;
      of_x[across][down + k] = t < tokens ? real(x[static_cast<std::size_t>(t) * cols + begin + across]) : 0;
    }
    __syncthreads();
#pragma unroll
    for (int k = 0; k < depth; ++k) {
      float a[4];
      float b[4];
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        a[i] = of_w[k][across + i * side];
        b[i] = of_x[k][down + i * side];
      }
#pragma unroll
      for (int i = 0; i < 4; ++i) {
#pragma unroll
        for (int j = 0; j < 4; ++j) sum[i][j] = fmaf(a[i], b[j], sum[i][j]);
      }
    }
    __syncthreads();
  }
#pragma unroll
  for (int j = 0; j < 4; ++j) {
    const int t = token + down + j * side;
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int r = row + across + i * side;
      if (r < rows && t < tokens) y[static_cast<std::size_t>(t) * rows + r] = sum[i][j];
    }
  }
}

template <typename T>
cuda::Buffer<T> uploaded(const Aligned<float>& values) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return cuda::Buffer<T>(values.data(), values.size());
  } else {
    const auto halves = as_halves(values.view());
    return cuda::Buffer<T>(reinterpret_cast<const T*>(halves.data()), halves.size());
  }
}

template <typename T>
class CudaGemm final : public cuda::DeviceInstance {
 public:
  explicit CudaGemm(const Preparation& preparation)
      : DeviceInstance(preparation),
        problem_(preparation),
        w_(uploaded<T>(problem_.w)),
        x_(uploaded<T>(problem_.x)),
        y_(problem_.results()) {
    queue().on_submit([this] { submit(); });
    facts() = {problem_.work(), w_.bytes() + x_.bytes() + y_.bytes(), problem_.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> y(y_.size());
    y_.download(y.data());
    return problem_.output(y);
  }
  void spoil() override { y_.spoil(); }

 private:
  void submit() {
    const auto tiles_of = [](std::size_t count) { return static_cast<int>((count + tile - 1) / tile); };
    const int tiles = tiles_of(problem_.rows);
    multiply<<<static_cast<unsigned>(tiles * tiles_of(problem_.tokens)), threads, 0, queue().stream()>>>(
        w_.data(), x_.data(), y_.data(), static_cast<int>(problem_.rows), static_cast<int>(problem_.cols),
        static_cast<int>(problem_.tokens), tiles);
    cuda::check(cudaGetLastError(), "launch llm.gemm");
  }

  GemmProblem problem_;
  cuda::Buffer<T> w_;
  cuda::Buffer<T> x_;
  cuda::Buffer<float> y_;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_gemm_cuda();

Implementation implementation_llm_gemm_cuda() {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.accuracy = "float";
  row.doc = "tiles of 64 x 64 in shared memory, 4 x 4 sums a thread in f32; no tensor cores";
  row.make = [](const Preparation& p) -> std::unique_ptr<Instance> {
    if (get_text(p.params, "dtype") == "f16") return std::make_unique<llm::CudaGemm<__half>>(p);
    return std::make_unique<llm::CudaGemm<float>>(p);
  };
  return row;
}

}  // namespace assay

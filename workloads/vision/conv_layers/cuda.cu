// SPDX-License-Identifier: Apache-2.0
#include <cuda_fp16.h>

#include "harness/backends/cuda/instance.h"
#include "workloads/support/f16.h"
#include "workloads/vision/conv_layers/conv.h"

namespace assay {

namespace vision {

namespace {

constexpr int threads = 128;

struct Shape {
  int height, width, out_height, out_width, kernel, stride, group_in, group_out;
  int count;  ///< pixels of all blocks of output channels
};

__device__ float real(float value) { return value; }
__device__ float real(__half value) { return __half2float(value); }

/// A thread one pixel of `block` output channels, for which it reads once.
template <int block, typename T>
__global__ void __launch_bounds__(threads)
    convolve(const T* __restrict__ from, const T* __restrict__ weights, float* __restrict__ to, Shape s) {
  const int i = static_cast<int>(blockIdx.x) * threads + static_cast<int>(threadIdx.x);
  if (i >= s.count) return;
  const int pixels = s.out_height * s.out_width;
  const int pixel = i % pixels;
  const int first = i / pixels * block;
  const int y = pixel / s.out_width * s.stride - s.kernel / 2;
  const int x = pixel % s.out_width * s.stride - s.kernel / 2;
  const int taps = s.group_in * s.kernel * s.kernel;
  float sum[block] = {};
  for (int c = 0; c < s.group_in; ++c) {
    const int plane = (first / s.group_out * s.group_in + c) * s.height;
    for (int ky = max(0, -y); ky < min(s.kernel, s.height - y); ++ky) {
      for (int kx = max(0, -x); kx < min(s.kernel, s.width - x); ++kx) {
        const float value = real(from[static_cast<std::size_t>(plane + y + ky) * s.width + x + kx]);
        const std::size_t tap = static_cast<std::size_t>(first) * taps + (c * s.kernel + ky) * s.kernel + kx;
#pragma unroll
        for (int o = 0; o < block; ++o)
          sum[o] = fmaf(value, real(weights[tap + static_cast<std::size_t>(o) * taps]), sum[o]);
      }
    }
  }
#pragma unroll
  for (int o = 0; o < block; ++o) to[static_cast<std::size_t>(first + o) * pixels + pixel] = sum[o];
}

/// T: how input and weights are stored.
template <typename T>
class CudaConv final : public cuda::DeviceInstance {
 public:
  explicit CudaConv(const Preparation& preparation)
      : DeviceInstance(preparation),
        problem_(preparation),
        input_(uploaded(problem_.input)),
        weights_(uploaded(problem_.weights)),
        result_(static_cast<std::size_t>(problem_.results())) {
    queue().on_submit([this] { submit(); });
    facts() = {problem_.work(), input_.bytes() + weights_.bytes() + result_.bytes(), problem_.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> result(result_.size());
    result_.download(result.data());
    return problem_.output(result);
  }
  void spoil() override { result_.spoil(); }

 private:
  static cuda::Buffer<T> uploaded(const Aligned<float>& values) {
    if constexpr (sizeof(T) == sizeof(float)) {
      return {values.data(), values.size()};
    } else {
      const auto halves = as_halves(values.view());
      return {reinterpret_cast<const T*>(halves.data()), halves.size()};
    }
  }

  void submit() {
    const bool four = problem_.group_out % 4 == 0;
    const auto word = [](std::int64_t value) { return static_cast<int>(value); };
    const Shape shape{
        word(problem_.height),    word(problem_.width),     word(problem_.out_height),
        word(problem_.out_width), word(problem_.kernel),    word(problem_.stride),
        word(problem_.group_in),  word(problem_.group_out), word(problem_.results() / (four ? 4 : 1))};
    const unsigned blocks = static_cast<unsigned>((shape.count + threads - 1) / threads);
    const cudaStream_t stream = queue().stream();
    if (four) {
      convolve<4><<<blocks, threads, 0, stream>>>(input_.data(), weights_.data(), result_.data(), shape);
    } else {
      convolve<1><<<blocks, threads, 0, stream>>>(input_.data(), weights_.data(), result_.data(), shape);
    }
    cuda::check(cudaGetLastError(), "launch vision.conv_layers");
  }

  ConvProblem problem_;
  cuda::Buffer<T> input_;
  cuda::Buffer<T> weights_;
  cuda::Buffer<float> result_;
};

}  // namespace

}  // namespace vision

Implementation implementation_vision_conv_layers_cuda();

Implementation implementation_vision_conv_layers_cuda() {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.accuracy = "float";
  row.doc = "direct: a pixel of four output channels a thread (of one, where a group has no four), f32 sums";
  row.make = [](const Preparation& p) -> std::unique_ptr<Instance> {
    if (get_text(p.params, "dtype") == "f16") return std::make_unique<vision::CudaConv<__half>>(p);
    return std::make_unique<vision::CudaConv<float>>(p);
  };
  return row;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "workloads/tinyml/cuda/layers.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "harness/backends/cuda/instance.h"
#include "workloads/tinyml/cuda/quantise.cuh"
#include "workloads/tinyml/cuda/row.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/kernels/seeded_layer.h"

namespace assay::tinyml {

namespace {

constexpr int threads = 128;

unsigned blocks_for(std::size_t count) { return static_cast<unsigned>((count + threads - 1) / threads); }

/// A thread one channel of one pixel.
template <bool depthwise>
__global__ void __launch_bounds__(threads) convolve(assay_layer_int8 s, const std::int8_t* __restrict__ from,
                                                    std::int8_t* __restrict__ to, int count) {
  const int i = static_cast<int>(blockIdx.x) * threads + static_cast<int>(threadIdx.x);
  if (i >= count) return;
  const int o = i % s.out_channels;
  const int x = i / s.out_channels % s.out_width;
  const int y = i / s.out_channels / s.out_width;
  const int taps = s.kernel_height * s.kernel_width;
  std::int32_t sum = s.bias[o];
  for (int ky = 0; ky < s.kernel_height; ++ky) {
    const int row = y * s.stride - s.pad_top + ky;
    if (row < 0 || row >= s.in_height) continue;
    for (int kx = 0; kx < s.kernel_width; ++kx) {
      const int column = x * s.stride - s.pad_left + kx;
      if (column < 0 || column >= s.in_width) continue;
      const std::int8_t* pixel =
          from + (static_cast<std::int64_t>(row) * s.in_width + column) * s.in_channels;
      const int tap = ky * s.kernel_width + kx;
      if constexpr (depthwise) {
        sum += (pixel[o] - s.in_zero) * s.weights[tap * s.in_channels + o];
      } else {
        const std::int8_t* w = s.weights + (static_cast<std::int64_t>(o) * taps + tap) * s.in_channels;
        for (int c = 0; c < s.in_channels; ++c) sum += (pixel[c] - s.in_zero) * w[c];
      }
    }
  }
  to[i] = device::requantised(sum, s.multiplier[o], s.shift[o], s.out_zero, s.low, s.high);
}

__global__ void average(const std::int8_t* from, int in_width, int channels, int pool_height, int pool_width,
                        std::int8_t* to) {
  const int c = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (c >= channels) return;
  int sum = 0;
  for (int y = 0; y < pool_height; ++y) {
    for (int x = 0; x < pool_width; ++x)
      sum += from[(static_cast<std::int64_t>(y) * in_width + x) * channels + c];
  }
  const int count = pool_height * pool_width;
  to[c] = static_cast<std::int8_t>((sum > 0 ? sum + count / 2 : sum - count / 2) / count);
}

// ---- softmax (kernels/softmax_int8.c, which explains the arithmetic)

__device__ std::int32_t exp_small(std::int32_t a) {
  constexpr std::int32_t exp_minus_eighth = 1895147668;
  constexpr std::int32_t third = 715827883;
  const std::int32_t x = device::sum(a, 1 << 28);
  const std::int32_t x2 = device::high_mul(x, x);
  const std::int32_t x3 = device::high_mul(x2, x);
  const std::int32_t x4_4 = device::round_shift(device::high_mul(x2, x2), 2);
  const std::int32_t tail =
      device::round_shift(device::sum(device::high_mul(device::sum(x4_4, x3), third), x2), 1);
  return device::sum(exp_minus_eighth, device::high_mul(exp_minus_eighth, device::sum(x, tail)));
}

__device__ std::int32_t exp_negative(std::int32_t a) {
  constexpr std::int32_t factors[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  constexpr std::int32_t quarter = 1 << 24;
  const std::int32_t rest = (a & (quarter - 1)) - quarter;
  const std::int32_t multiple = device::difference(rest, a);
  std::int32_t result = exp_small(device::saturating_shift(rest, 5));
  for (int k = 0; k < 7; ++k) {
    if ((multiple & (quarter << k)) != 0) result = device::high_mul(result, factors[k]);
  }
  return a == 0 ? device::greatest : result;
}

__device__ std::int32_t reciprocal(std::int32_t a) {
  constexpr std::int32_t constant_48_17 = 1515870810;
  constexpr std::int32_t constant_minus_32_17 = -1010580540;
  const auto d = static_cast<std::int32_t>((static_cast<std::int64_t>(a) + device::greatest + 1) / 2);
  std::int32_t x = device::sum(constant_48_17, device::high_mul(d, constant_minus_32_17));
  for (int i = 0; i < 3; ++i) {
    const std::int32_t error = device::difference(1 << 29, device::high_mul(d, x));
    x = device::sum(x, device::saturating_shift(device::high_mul(x, error), 2));
  }
  return device::saturating_shift(x, 1);
}

/// One thread does it all.
__global__ void softmax(const std::int8_t* from, int count, std::int32_t multiplier, std::int32_t shift,
                        std::int32_t least, std::int8_t* to) {
  std::int32_t greatest = -128;
  for (int c = 0; c < count; ++c) greatest = max(greatest, static_cast<std::int32_t>(from[c]));
  std::int32_t sum = 0;
  for (int c = 0; c < count; ++c) {
    const std::int32_t difference = from[c] - greatest;
    if (difference < least) continue;
    sum = device::sum(sum,
                      device::round_shift(exp_negative(device::scaled(difference, multiplier, shift)), 12));
  }
  const std::int32_t headroom = __clz(sum);
  const std::int32_t scale =
      reciprocal(device::wrapped((static_cast<std::uint32_t>(sum) << headroom) - (1U << 31)));
  for (int c = 0; c < count; ++c) {
    const std::int32_t difference = from[c] - greatest;
    std::int32_t value = -128;
    if (difference >= least) {
      const std::int32_t exponential = exp_negative(device::scaled(difference, multiplier, shift));
      value = device::round_shift(device::high_mul(scale, exponential), 12 - headroom + 23) - 128;
    }
    to[c] = static_cast<std::int8_t>(min(max(value, -128), 127));
  }
}

/// A row that is one layer: seeded on the host, as every implementation has it.
class SingleLayer final : public cuda::DeviceInstance {
 public:
  SingleLayer(const assay_kernel& kernel, const Preparation& preparation, assay_layer_kind kind)
      : DeviceInstance(preparation),
        problem_(kernel, preparation),
        layer_(seeded().layer, kind),
        in_(seeded().in, pixels() * static_cast<std::size_t>(seeded().layer.in_channels)),
        out_(layer_.results()) {
    queue().on_submit([this] { layer_.submit(queue().stream(), in_.data(), out_.data()); });
    facts() = {problem_.work(), in_.bytes() + layer_.bytes() + out_.bytes(), problem_.input_digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<std::int8_t> values(out_.size());
    out_.download(values.data());
    std::vector<Tensor> tensors = problem_.output();  // its name and shape; the values are the device's
    std::memcpy(tensors[0].bytes.data(), values.data(), values.size());
    return tensors;
  }
  void spoil() override { out_.spoil(); }

 private:
  const assay_seeded_layer& seeded() const {
    return *static_cast<const assay_seeded_layer*>(problem_.arena());
  }
  std::size_t pixels() const {
    return static_cast<std::size_t>(seeded().layer.in_height) *
           static_cast<std::size_t>(seeded().layer.in_width);
  }

  Problem problem_;
  CudaLayer layer_;
  cuda::Buffer<std::int8_t> in_;
  cuda::Buffer<std::int8_t> out_;
};

}  // namespace

CudaLayer::CudaLayer(const assay_layer_int8& layer, assay_layer_kind kind)
    : shape_(layer), depthwise_(kind == assay_layer_depthwise) {
  if (kind == assay_layer_fully_connected) {
    for (auto* one : {&shape_.in_height, &shape_.in_width, &shape_.out_height, &shape_.out_width,
                      &shape_.kernel_height, &shape_.kernel_width, &shape_.stride}) {
      *one = 1;
    }
    shape_.pad_top = shape_.pad_left = 0;
  }
  const auto out = static_cast<std::size_t>(layer.out_channels);
  std::vector<std::int32_t> channels(layer.bias, layer.bias + out);
  channels.insert(channels.end(), layer.multiplier, layer.multiplier + out);
  channels.insert(channels.end(), layer.shift, layer.shift + out);
  weights_ = cuda::Buffer<std::int8_t>(layer.weights, assay_layer_weights(&shape_, kind));
  channels_ = cuda::Buffer<std::int32_t>(channels.data(), channels.size());
  shape_.weights = weights_.data();
  shape_.bias = channels_.data();
  shape_.multiplier = channels_.data() + out;
  shape_.shift = channels_.data() + 2 * out;
}

std::size_t CudaLayer::results() const {
  return static_cast<std::size_t>(shape_.out_height) * static_cast<std::size_t>(shape_.out_width) *
         static_cast<std::size_t>(shape_.out_channels);
}

void CudaLayer::submit(cudaStream_t stream, const std::int8_t* from, std::int8_t* to) const {
  const int count = static_cast<int>(results());
  if (depthwise_) {
    convolve<true><<<blocks_for(results()), threads, 0, stream>>>(shape_, from, to, count);
  } else {
    convolve<false><<<blocks_for(results()), threads, 0, stream>>>(shape_, from, to, count);
  }
  cuda::check(cudaGetLastError(), "launch a layer");
}

void submit_avgpool(cudaStream_t stream, const std::int8_t* from, std::int32_t in_width,
                    std::int32_t channels, std::int32_t pool_height, std::int32_t pool_width,
                    std::int8_t* to) {
  average<<<blocks_for(static_cast<std::size_t>(channels)), threads, 0, stream>>>(
      from, in_width, channels, pool_height, pool_width, to);
  cuda::check(cudaGetLastError(), "launch the pooling");
}

void submit_softmax(cudaStream_t stream, const std::int8_t* from, std::int32_t count, std::int32_t multiplier,
                    std::int32_t shift, std::int32_t least, std::int8_t* to) {
  softmax<<<1, 1, 0, stream>>>(from, count, multiplier, shift, least, to);
  cuda::check(cudaGetLastError(), "launch the softmax");
}

Implementation cuda_layer_row(const assay_kernel& kernel, assay_layer_kind kind) {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.doc = "activations and weights resident on the device; a thread a channel of a pixel";
  row.make = [&kernel, kind](const Preparation& p) { return std::make_unique<SingleLayer>(kernel, p, kind); };
  return row;
}

}  // namespace assay::tinyml

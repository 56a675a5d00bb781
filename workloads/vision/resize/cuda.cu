// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cuda/instance.h"
#include "workloads/vision/bilinear.cuh"
#include "workloads/vision/resize/resize.h"

namespace assay {

namespace vision {

namespace {

constexpr unsigned threads = 128;

/// A thread four pixels: twelve bytes, three whole words.
__global__ void __launch_bounds__(threads)
    resize(const unsigned char* image, const Tap* columns, const Tap* rows, unsigned width,
           unsigned out_width, unsigned pixels, unsigned* to) {
  const unsigned quad = blockIdx.x * threads + threadIdx.x;
  if (4 * quad >= pixels) return;
  unsigned words[3] = {};
#pragma unroll
  for (unsigned k = 0; k < 4; ++k) {
    const unsigned i = min(4 * quad + k, pixels - 1);
    const Tap column = columns[i % out_width];
    const Tap row = rows[i / out_width];
#pragma unroll
    for (unsigned c = 0; c < 3; ++c) {
      const unsigned value = (bilinear(image, width, column, row, static_cast<int>(c)) + (1U << 21)) >> 22;
      words[(3 * k + c) / 4] |= value << 8 * ((3 * k + c) % 4);
    }
  }
#pragma unroll
  for (unsigned k = 0; k < 3; ++k) to[3 * quad + k] = words[k];
}

class CudaResize final : public cuda::DeviceInstance {
 public:
  explicit CudaResize(const Preparation& preparation)
      : DeviceInstance(preparation),
        problem_(preparation),
        image_(problem_.source.pixels.data(), problem_.source.pixels.size()),
        columns_(problem_.columns.data(), problem_.columns.size()),
        rows_(problem_.rows.data(), problem_.rows.size()),
        result_(3 * quads()) {
    queue().on_submit([this] { submit(); });
    facts() = {problem_.work(), image_.bytes() + columns_.bytes() + rows_.bytes() + result_.bytes(),
               problem_.source.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<unsigned> words(result_.size());
    result_.download(words.data());
    return problem_.output({reinterpret_cast<const std::uint8_t*>(words.data()), problem_.values()});
  }
  void spoil() override { result_.spoil(); }

 private:
  std::size_t quads() const { return (problem_.values() / 3 + 3) / 4; }

  void submit() {
    const auto blocks = static_cast<unsigned>((quads() + threads - 1) / threads);
    resize<<<blocks, threads, 0, queue().stream()>>>(
        image_.data(), columns_.data(), rows_.data(), static_cast<unsigned>(problem_.source.width),
        static_cast<unsigned>(problem_.out_width), static_cast<unsigned>(problem_.values() / 3),
        result_.data());
    cuda::check(cudaGetLastError(), "launch vision.resize");
  }

  ResizeProblem problem_;
  cuda::Buffer<std::uint8_t> image_;
  cuda::Buffer<Tap> columns_;
  cuda::Buffer<Tap> rows_;
  cuda::Buffer<unsigned> result_;
};

}  // namespace

}  // namespace vision

Implementation implementation_vision_resize_cuda();

Implementation implementation_vision_resize_cuda() {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.doc = "image resident on the device; four pixels a thread, written by words";
  row.make = [](const Preparation& p) { return std::make_unique<vision::CudaResize>(p); };
  return row;
}

}  // namespace assay

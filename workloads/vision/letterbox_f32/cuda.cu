// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cuda/instance.h"
#include "workloads/vision/bilinear.cuh"
#include "workloads/vision/letterbox_f32/letterbox.h"

namespace assay {

namespace vision {

namespace {

constexpr unsigned threads = 128;
constexpr float unit = static_cast<float>(1 / (4194304.0 * 255.0));  ///< of a bilinear sum
constexpr float pad = static_cast<float>(pad_level / 255.0);

/// A thread a pixel of the canvas. The image is B, G, R, the planes R, G, B.
__global__ void __launch_bounds__(threads)
    letterbox(const unsigned char* image, const Tap* columns, const Tap* rows, unsigned width,
              unsigned out_width, unsigned pixels, Placement at, float* to) {
  const unsigned i = blockIdx.x * threads + threadIdx.x;
  if (i >= pixels) return;
  const unsigned x = i % out_width - static_cast<unsigned>(at.left);  // left of the picture it wraps
  const unsigned y = i / out_width - static_cast<unsigned>(at.top);
  const bool inside = x < static_cast<unsigned>(at.width) && y < static_cast<unsigned>(at.height);
#pragma unroll
  for (unsigned plane = 0; plane < 3; ++plane) {
    float value = pad;
    if (inside) {
      value =
          static_cast<float>(bilinear(image, width, columns[x], rows[y], 2 - static_cast<int>(plane))) * unit;
    }
    to[static_cast<std::size_t>(plane) * pixels + i] = value;
  }
}

class CudaLetterbox final : public cuda::DeviceInstance {
 public:
  explicit CudaLetterbox(const Preparation& preparation)
      : DeviceInstance(preparation),
        problem_(preparation),
        image_(problem_.source.pixels.data(), problem_.source.pixels.size()),
        columns_(problem_.columns.data(), problem_.columns.size()),
        rows_(problem_.rows.data(), problem_.rows.size()),
        result_(3 * problem_.pixels()) {
    queue().on_submit([this] { submit(); });
    facts() = {problem_.work(), image_.bytes() + columns_.bytes() + rows_.bytes() + result_.bytes(),
               problem_.source.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> canvas(result_.size());
    result_.download(canvas.data());
    return problem_.output(canvas);
  }
  void spoil() override { result_.spoil(); }

 private:
  void submit() {
    const auto pixels = static_cast<unsigned>(problem_.pixels());
    letterbox<<<(pixels + threads - 1) / threads, threads, 0, queue().stream()>>>(
        image_.data(), columns_.data(), rows_.data(), static_cast<unsigned>(problem_.source.width),
        static_cast<unsigned>(problem_.out_width), pixels, problem_.placement, result_.data());
    cuda::check(cudaGetLastError(), "launch vision.letterbox_f32");
  }

  LetterboxProblem problem_;
  cuda::Buffer<std::uint8_t> image_;
  cuda::Buffer<Tap> columns_;
  cuda::Buffer<Tap> rows_;
  cuda::Buffer<float> result_;
};

}  // namespace

}  // namespace vision

Implementation implementation_vision_letterbox_f32_cuda();

Implementation implementation_vision_letterbox_f32_cuda() {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.accuracy = "float";
  row.doc =
      "image resident on the device; scaled, converted, swapped and split in one pass, a pixel a thread";
  row.make = [](const Preparation& p) { return std::make_unique<vision::CudaLetterbox>(p); };
  return row;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/instance.h"
#include "workloads/llm/gemm/gemm.h"

namespace assay {

namespace llm {

namespace {

constexpr std::uint32_t f32_code[] =
#include "workloads/llm/gemm/gemm.inc"
    ;
constexpr std::uint32_t f16_code[] =
#include "workloads/llm/gemm/gemm_half.inc"
    ;

constexpr std::uint32_t threads = 64;
constexpr std::size_t tile = 32;

/// The push constants of gemm.comp.
struct Constants {
  std::uint64_t w, x, y;
  std::uint32_t rows, cols, tokens, tiles;
};

class VulkanGemm final : public vulkan::DeviceInstance {
 public:
  explicit VulkanGemm(const Preparation& preparation) : DeviceInstance(preparation), problem_(preparation) {
    w_ = uploaded(problem_.w);
    x_ = uploaded(problem_.x);
    y_ = vulkan::Buffer(gpu(), problem_.results() * sizeof(float));
    kernel_ = vulkan::Kernel(
        gpu(),
        problem_.half ? std::span<const std::uint32_t>(f16_code) : std::span<const std::uint32_t>(f32_code),
        sizeof(Constants), {threads});
    const std::size_t tiles = (problem_.rows + tile - 1) / tile;
    const auto word = [](std::size_t value) { return static_cast<std::uint32_t>(value); };
    const Constants constants{w_.address(),        x_.address(),          y_.address(), word(problem_.rows),
                              word(problem_.cols), word(problem_.tokens), word(tiles)};
    queue().on_record([this, tiles, constants](vulkan::Commands& commands) {
      commands.dispatch(kernel_, tiles * ((problem_.tokens + tile - 1) / tile), constants);
    });
    facts() = {problem_.work(), w_.bytes() + x_.bytes() + y_.bytes(), problem_.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> y(problem_.results());
    y_.download(y.data(), y_.bytes());
    return problem_.output(y);
  }
  void spoil() override { y_.spoil(); }

 private:
  vulkan::Buffer uploaded(const Aligned<float>& values) {
    if (!problem_.half) return vulkan::Buffer(gpu(), values.data(), values.size());
    const auto halves = as_halves(values.view());
    return vulkan::Buffer(gpu(), halves.data(), halves.size());
  }

  GemmProblem problem_;
  vulkan::Buffer w_;
  vulkan::Buffer x_;
  vulkan::Buffer y_;
  vulkan::Kernel kernel_;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_gemm_vulkan();

Implementation implementation_llm_gemm_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.accuracy = "float";
  row.doc =
      "tiles of 32 x 32 in shared memory, 4 x 4 sums an invocation in f32; binary16 is read as it is stored";
  row.make = [](const Preparation& p) { return std::make_unique<llm::VulkanGemm>(p); };
  return row;
}

}  // namespace assay

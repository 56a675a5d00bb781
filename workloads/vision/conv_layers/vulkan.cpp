// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/instance.h"
#include "workloads/support/f16.h"
#include "workloads/vision/conv_layers/conv.h"

namespace assay {

namespace vision {

namespace {

constexpr std::uint32_t f32_code[] =
#include "workloads/vision/conv_layers/conv.inc"
    ;
constexpr std::uint32_t f16_code[] =
#include "workloads/vision/conv_layers/conv_half.inc"
    ;

constexpr std::uint32_t threads = 128;

/// The push constants of conv.comp.
struct Constants {
  std::uint64_t from, weights, to;
  std::int32_t height, width, out_height, out_width, kernel, stride, group_in, group_out;
  std::uint32_t count;
};

class VulkanConv final : public vulkan::DeviceInstance {
 public:
  explicit VulkanConv(const Preparation& preparation) : DeviceInstance(preparation), problem_(preparation) {
    input_ = uploaded(problem_.input);
    weights_ = uploaded(problem_.weights);
    result_ = vulkan::Buffer(gpu(), static_cast<std::size_t>(problem_.results()) * sizeof(float));
    const std::int64_t block = problem_.group_out % 4 == 0 ? 4 : 1;
    const std::span<const std::uint32_t> f16(f16_code);
    const std::span<const std::uint32_t> f32(f32_code);
    kernel_ = vulkan::Kernel(gpu(), problem_.half ? f16 : f32, sizeof(Constants),
                             {threads, static_cast<std::uint32_t>(block)});
    const auto word = [](std::int64_t value) { return static_cast<std::int32_t>(value); };
    const Constants constants{
        input_.address(),         weights_.address(),
        result_.address(),        word(problem_.height),
        word(problem_.width),     word(problem_.out_height),
        word(problem_.out_width), word(problem_.kernel),
        word(problem_.stride),    word(problem_.group_in),
        word(problem_.group_out), static_cast<std::uint32_t>(problem_.results() / block)};
    queue().on_record([this, constants](vulkan::Commands& commands) {
      commands.dispatch(kernel_, (constants.count + threads - 1) / threads, constants);
    });
    facts() = {problem_.work(), input_.bytes() + weights_.bytes() + result_.bytes(), problem_.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> result(static_cast<std::size_t>(problem_.results()));
    result_.download(result.data(), result_.bytes());
    return problem_.output(result);
  }
  void spoil() override { result_.spoil(); }

 private:
  vulkan::Buffer uploaded(const Aligned<float>& values) {
    if (!problem_.half) return vulkan::Buffer(gpu(), values.data(), values.size());
    const auto halves = as_halves(values.view());
    return vulkan::Buffer(gpu(), halves.data(), halves.size());
  }

  ConvProblem problem_;
  vulkan::Buffer input_;
  vulkan::Buffer weights_;
  vulkan::Buffer result_;
  vulkan::Kernel kernel_;
};

}  // namespace

}  // namespace vision

Implementation implementation_vision_conv_layers_vulkan();

Implementation implementation_vision_conv_layers_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.accuracy = "float";
  row.doc =
      "direct: a pixel of four output channels an invocation (of one, where a group has no four), f32 sums; "
      "binary16 is read as it is stored";
  row.make = [](const Preparation& p) { return std::make_unique<vision::VulkanConv>(p); };
  return row;
}

}  // namespace assay

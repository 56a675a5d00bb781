// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/instance.h"
#include "workloads/vision/resize/resize.h"

namespace assay {

namespace vision {

namespace {

constexpr std::uint32_t code[] =
#include "workloads/vision/resize/resize.inc"
    ;

constexpr std::uint32_t threads = 128;

/// The push constants of resize.comp.
struct Constants {
  std::uint64_t image, columns, rows, to;
  std::uint32_t width, out_width, pixels;
};

class VulkanResize final : public vulkan::DeviceInstance {
 public:
  explicit VulkanResize(const Preparation& preparation) : DeviceInstance(preparation), problem_(preparation) {
    image_ = vulkan::Buffer(gpu(), problem_.source.pixels.data(), problem_.source.pixels.size());
    columns_ = vulkan::Buffer(gpu(), problem_.columns.data(), problem_.columns.size());
    rows_ = vulkan::Buffer(gpu(), problem_.rows.data(), problem_.rows.size());
    const std::size_t quads = (problem_.values() / 3 + 3) / 4;
    result_ = vulkan::Buffer(gpu(), 12 * quads);
    kernel_ = vulkan::Kernel(gpu(), code, sizeof(Constants), {threads});
    const Constants constants{image_.address(),
                              columns_.address(),
                              rows_.address(),
                              result_.address(),
                              static_cast<std::uint32_t>(problem_.source.width),
                              static_cast<std::uint32_t>(problem_.out_width),
                              static_cast<std::uint32_t>(problem_.values() / 3)};
    queue().on_record([this, quads, constants](vulkan::Commands& commands) {
      commands.dispatch(kernel_, (quads + threads - 1) / threads, constants);
    });
    facts() = {problem_.work(), image_.bytes() + columns_.bytes() + rows_.bytes() + result_.bytes(),
               problem_.source.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<std::uint8_t> resized(problem_.values());
    result_.download(resized.data(), resized.size());
    return problem_.output(resized);
  }
  void spoil() override { result_.spoil(); }

 private:
  ResizeProblem problem_;
  vulkan::Buffer image_;
  vulkan::Buffer columns_;
  vulkan::Buffer rows_;
  vulkan::Buffer result_;
  vulkan::Kernel kernel_;
};

}  // namespace

}  // namespace vision

Implementation implementation_vision_resize_vulkan();

Implementation implementation_vision_resize_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.doc = "image resident on the device; four pixels an invocation, read and written by words";
  row.make = [](const Preparation& p) { return std::make_unique<vision::VulkanResize>(p); };
  return row;
}

}  // namespace assay

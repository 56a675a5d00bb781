// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/instance.h"
#include "workloads/vision/letterbox_f32/letterbox.h"

namespace assay {

namespace vision {

namespace {

constexpr std::uint32_t code[] =
#include "workloads/vision/letterbox_f32/letterbox.inc"
    ;

constexpr std::uint32_t threads = 128;

/// The push constants of letterbox.comp.
struct Constants {
  std::uint64_t image, columns, rows, to;
  std::uint32_t width, out_width, pixels, left, top, picture_width, picture_height;
  float unit, pad;
};

class VulkanLetterbox final : public vulkan::DeviceInstance {
 public:
  explicit VulkanLetterbox(const Preparation& preparation)
      : DeviceInstance(preparation), problem_(preparation) {
    const Frame& source = problem_.source;
    image_ = vulkan::Buffer(gpu(), source.pixels.data(), source.pixels.size());
    columns_ = vulkan::Buffer(gpu(), problem_.columns.data(), problem_.columns.size());
    rows_ = vulkan::Buffer(gpu(), problem_.rows.data(), problem_.rows.size());
    result_ = vulkan::Buffer(gpu(), 3 * problem_.pixels() * sizeof(float));
    kernel_ = vulkan::Kernel(gpu(), code, sizeof(Constants), {threads});
    const auto word = [](std::size_t value) { return static_cast<std::uint32_t>(value); };
    const Placement& at = problem_.placement;
    const Constants constants{image_.address(),
                              columns_.address(),
                              rows_.address(),
                              result_.address(),
                              static_cast<std::uint32_t>(source.width),
                              static_cast<std::uint32_t>(problem_.out_width),
                              word(problem_.pixels()),
                              static_cast<std::uint32_t>(at.left),
                              static_cast<std::uint32_t>(at.top),
                              word(problem_.columns.size()),
                              word(problem_.rows.size()),
                              static_cast<float>(1 / (4194304.0 * 255.0)),
                              static_cast<float>(pad_level / 255.0)};
    queue().on_record([this, constants](vulkan::Commands& commands) {
      commands.dispatch(kernel_, (constants.pixels + threads - 1) / threads, constants);
    });
    facts() = {problem_.work(), image_.bytes() + columns_.bytes() + rows_.bytes() + result_.bytes(),
               source.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> canvas(3 * problem_.pixels());
    result_.download(canvas.data(), result_.bytes());
    return problem_.output(canvas);
  }
  void spoil() override { result_.spoil(); }

 private:
  LetterboxProblem problem_;
  vulkan::Buffer image_;
  vulkan::Buffer columns_;
  vulkan::Buffer rows_;
  vulkan::Buffer result_;
  vulkan::Kernel kernel_;
};

}  // namespace

}  // namespace vision

Implementation implementation_vision_letterbox_f32_vulkan();

Implementation implementation_vision_letterbox_f32_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.accuracy = "float";
  row.doc =
      "image resident on the device; scaled, converted, swapped and split in one pass, a pixel an invocation";
  row.make = [](const Preparation& p) { return std::make_unique<vision::VulkanLetterbox>(p); };
  return row;
}

}  // namespace assay

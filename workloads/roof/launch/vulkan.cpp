// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/instance.h"
#include "workloads/roof/launch/launch.h"

namespace assay {

namespace roof_launch {

namespace {

constexpr std::uint32_t code[] =
#include "workloads/roof/launch/store.inc"
    ;

/// The push constants of store.comp.
struct Constants {
  std::uint64_t word;
  std::uint32_t value;
};

class VulkanLaunch final : public vulkan::DeviceInstance {
 public:
  explicit VulkanLaunch(const Preparation& preparation)
      : DeviceInstance(preparation),
        problem_(preparation),
        word_(gpu(), sizeof(std::uint32_t)),
        kernel_(gpu(), code, sizeof(Constants), {1}) {
    queue().on_record([this](vulkan::Commands& commands) {
      for (std::int64_t i = 0; i < problem_.launches; ++i) {
        if (i > 0) commands.barrier();
        commands.dispatch(kernel_, 1, Constants{word_.address(), problem_.value(i)});
      }
    });
    facts() = {problem_.work(), word_.bytes(), problem_.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::uint32_t word = 0;
    word_.download(&word, sizeof word);
    return LaunchProblem::output(word);
  }
  void spoil() override { word_.spoil(); }

 private:
  LaunchProblem problem_;
  vulkan::Buffer word_;
  vulkan::Kernel kernel_;
};

}  // namespace

}  // namespace roof_launch

Implementation implementation_roof_launch_vulkan();

Implementation implementation_roof_launch_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.doc = "dispatches of one invocation, a barrier between two, recorded beforehand and submitted at once";
  row.make = [](const Preparation& p) { return std::make_unique<roof_launch::VulkanLaunch>(p); };
  return row;
}

}  // namespace assay

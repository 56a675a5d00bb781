// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <vector>

#include "harness/backends/vulkan/instance.h"
#include "workloads/roof/transfer/transfer.h"

namespace assay {

namespace roof_transfer {

namespace {

class VulkanTransfer final : public vulkan::DeviceInstance {
 public:
  explicit VulkanTransfer(const Preparation& preparation)
      : DeviceInstance(preparation), to_host_(get_text(preparation.params, "direction") == "to_host") {
    const TransferProblem problem(preparation);
    const std::size_t count = problem.data.size();
    if (get_text(preparation.params, "memory") == "pageable") pageable_.resize(count);
    mapped_ = vulkan::Buffer(gpu(), problem.bytes(), vulkan::Buffer::Where::host);
    device_ = vulkan::Buffer(gpu(), problem.data.data(), count);
    if (to_host_) {
      spoil();
    } else {
      std::memcpy(host(), problem.data.data(), problem.bytes());
      device_.spoil();
    }
    queue().on_record([this](vulkan::Commands& commands) {
      commands.copy(to_host_ ? device_ : mapped_, 0, to_host_ ? mapped_ : device_, 0, device_.bytes());
    });
    facts() = {problem.work(), device_.bytes() + mapped_.bytes() + pageable_.size() * sizeof(std::uint32_t),
               problem.digest()};
    call();
  }

  void call() override {
    if (!pageable_.empty() && !to_host_) std::memcpy(mapped_.mapped(), pageable_.data(), mapped_.bytes());
    queue().call();
    if (!pageable_.empty() && to_host_) std::memcpy(pageable_.data(), mapped_.mapped(), mapped_.bytes());
  }

  std::vector<Tensor> output() override {
    std::vector<std::uint32_t> arrived(device_.bytes() / sizeof(std::uint32_t));
    if (to_host_) {
      std::memcpy(arrived.data(), host(), device_.bytes());
    } else {
      device_.download(arrived.data(), device_.bytes());
    }
    return TransferProblem::output(arrived);
  }

  void spoil() override {
    if (!to_host_) return device_.spoil();
    std::memset(host(), 0xA5, mapped_.bytes());
  }

 private:
  /// The end of the copy on the host.
  void* host() { return pageable_.empty() ? mapped_.mapped() : static_cast<void*>(pageable_.data()); }

  bool to_host_;
  std::vector<std::uint32_t> pageable_;
  vulkan::Buffer mapped_;
  vulkan::Buffer device_;
};

}  // namespace

}  // namespace roof_transfer

Implementation implementation_roof_transfer_vulkan();

Implementation implementation_roof_transfer_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.doc =
      "vkCmdCopyBuffer between mapped memory and the device's, and a wait; pageable goes through mapped "
      "memory by a "
      "copy of the host's, which the device's own time leaves out";
  row.make = [](const Preparation& p) { return std::make_unique<roof_transfer::VulkanTransfer>(p); };
  return row;
}

}  // namespace assay

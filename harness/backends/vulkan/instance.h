// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/backends/vulkan/queue.h"
#include "harness/core/workload.h"

namespace assay::vulkan {

/// What instances on a Vulkan device have in common. A subclass makes its buffers and kernels, says what a
/// call is (queue().on_record) and fills in `facts`.
class DeviceInstance : public Instance {
 public:
  void call() override { queue_.call(); }
  Work work() const override { return facts_.work; }
  std::size_t resident_bytes() const override { return facts_.resident_bytes; }
  std::string input_digest() const override { return facts_.input_digest; }
  std::string isa() const override { return facts_.path; }
  Timer* timer() override { return &queue_; }

 protected:
  struct Facts {
    Work work;
    std::size_t resident_bytes = 0;  ///< of device memory
    std::string input_digest;
    std::string path = "spirv";
  };

  explicit DeviceInstance(const Preparation& preparation) : queue_(preparation.device) {}
  Queue& queue() { return queue_; }
  Gpu& gpu() { return queue_.gpu(); }
  Facts& facts() { return facts_; }

  /// Chooses between two builds of a shader that adds up within a workgroup (reduce.glsl): by subgroups
  /// where the device can, else over shared memory. The path taken is part of isa().
  std::span<const std::uint32_t> adding(std::span<const std::uint32_t> by_subgroups,
                                        std::span<const std::uint32_t> over_shared_memory) {
    const auto& device = gpu().facts();
    facts_.path =
        device.subgroup_sums ? "spirv_subgroup" + std::to_string(device.subgroup_size) : "spirv_shared";
    return device.subgroup_sums ? by_subgroups : over_shared_memory;
  }

 private:
  Queue queue_;
  Facts facts_;
};

}  // namespace assay::vulkan

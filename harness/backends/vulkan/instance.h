// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "harness/backends/device_instance.h"
#include "harness/backends/vulkan/queue.h"

namespace assay::vulkan {

/// On a Vulkan device. A subclass makes its kernels, too, and says what a call is: queue().on_record.
class DeviceInstance : public assay::DeviceInstance<Queue> {
 public:
  using assay::DeviceInstance<Queue>::DeviceInstance;
  std::string isa() const override {
    const std::string& note = queue().gpu().note();
    const std::string path = path_ + (dot8_ ? "_dot8" : "") + (float16_ ? "_f16" : "");
    return note.empty() ? path : path + "; " + note;
  }

 protected:
  Gpu& gpu() { return queue().gpu(); }

  /// Chooses between two builds of a shader that adds up within a workgroup (reduce.glsl): by subgroups
  /// where the device can, else over shared memory. The path taken is part of isa().
  std::span<const std::uint32_t> adding(std::span<const std::uint32_t> by_subgroups,
                                        std::span<const std::uint32_t> over_shared_memory) {
    const auto& device = gpu().facts();
    path_ = device.subgroup_sums ? "spirv_subgroup" + std::to_string(device.subgroup_size) : "spirv_shared";
    return device.subgroup_sums ? by_subgroups : over_shared_memory;
  }

  using Code = std::span<const std::uint32_t>;
  /// The same of a shader that multiplies numbers of 8 bits: `with_dot8` are its builds that do so by the
  /// device's own instruction, taken where it has one; each pair is by subgroups, over shared memory.
  Code adding_products(const std::pair<Code, Code>& with_dot8, const std::pair<Code, Code>& without) {
    const auto& builds = has_dot8() ? with_dot8 : without;
    return adding(builds.first, builds.second);
  }
  /// The same of a shader that adds nothing up within a workgroup.
  Code multiplying(Code with_dot8, Code without) { return has_dot8() ? with_dot8 : without; }

  /// Chooses between two builds of a shader: `in_f16` does arithmetic in binary16, taken where the device
  /// can.
  Code in_float16(Code in_f16, Code in_f32) {
    float16_ = gpu().facts().float16;
    return float16_ ? in_f16 : in_f32;
  }

 private:
  bool has_dot8() { return dot8_ = gpu().facts().dot8; }

  bool dot8_ = false;
  bool float16_ = false;
  std::string path_ = "spirv";
};

}  // namespace assay::vulkan

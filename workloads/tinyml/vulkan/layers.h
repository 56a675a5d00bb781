// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/agent/kernel.h"
#include "harness/backends/vulkan/gpu.h"
#include "harness/core/workload.h"
#include "workloads/tinyml/kernels/calibrate.h"

/// int8 layers on a Vulkan device, equal to kernels/int8.h value for value. Channels lie in words of four,
/// the last of a pixel filled up: with weights of zero, so that what stands there matters to no result.
namespace assay::tinyml {

inline std::int32_t words_of(std::int32_t channels) { return (channels + 3) / 4; }

/// [pixels][channels] as [pixels][words_of(channels)], and back.
std::vector<std::uint32_t> pack(const std::int8_t* values, std::size_t pixels, std::int32_t channels);
std::vector<std::int8_t> unpack(const std::vector<std::uint32_t>& words, std::int32_t channels);

/// What layers run on: the two builds of layer.comp.
struct LayerKernels {
  explicit LayerKernels(vulkan::Gpu& gpu);
  vulkan::Kernel conv;
  vulkan::Kernel depthwise;
};

/// One layer's weights, biases and scales on the device.
class VulkanLayer {
 public:
  /// Copies the layer's arrays.
  VulkanLayer(vulkan::Gpu& gpu, const assay_layer_int8& layer, assay_layer_kind kind);
  /// Adds the layer to what a call does. `from`, `to`: packed activations.
  void record(vulkan::Commands& commands, const LayerKernels& kernels, const vulkan::Buffer& from,
              const vulkan::Buffer& to) const;
  std::size_t out_words() const;  ///< of the result
  std::size_t bytes() const { return weights_.bytes() + channels_.bytes(); }

 private:
  assay_layer_int8 shape_;
  bool depthwise_;
  vulkan::Buffer weights_;
  vulkan::Buffer channels_;  ///< bias, multiplier, shift
};

/// The implementation `vulkan` of a row that is one seeded layer (kernels/seeded_layer.h).
Implementation vulkan_layer_row(const assay_kernel& kernel, assay_layer_kind kind);

}  // namespace assay::tinyml

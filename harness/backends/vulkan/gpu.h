// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/backends/transfers.h"
#include "harness/backends/vulkan/api.h"
#include "harness/backends/vulkan/pipeline_file.h"
#include "harness/backends/vulkan/session.h"

namespace assay::vulkan {

class Buffer;
class Kernel;

/// What one submission does, in order. Only while Gpu::recorded() runs.
class Commands {
 public:
  Commands(const DeviceApi& api, VkCommandBuffer buffer, std::uint32_t most_groups)
      : api_(api), buffer_(buffer), most_groups_(most_groups) {}

  /// Starts `groups` workgroups (at most most_groups of the device in x, so many rows of them in y: a kernel
  /// counts with group_index() of reduce.glsl and leaves out what is beyond its data). `constants` are the
  /// kernel's push constants.
  template <typename Constants>
  void dispatch(const Kernel& kernel, std::size_t groups, const Constants& constants) {
    dispatch(kernel, groups, &constants, sizeof constants);
  }
  /// What was written before is seen by what comes after: kernels, copies, the host.
  void barrier();
  void copy(const Buffer& from, std::size_t from_offset, const Buffer& to, std::size_t to_offset,
            std::size_t bytes);
  void copy(VkBuffer from, std::size_t from_offset, VkBuffer to, std::size_t to_offset, std::size_t bytes);
  /// All of it, with this word.
  void fill(const Buffer& buffer, std::uint32_t word);
  VkCommandBuffer get() const { return buffer_; }
  const DeviceApi& api() const { return api_; }

 private:
  void dispatch(const Kernel& kernel, std::size_t groups, const void* constants, std::size_t bytes);

  const DeviceApi& api_;
  VkCommandBuffer buffer_;
  std::uint32_t most_groups_;
};

using Record = std::function<void(Commands&)>;

/// One device, opened, with one queue. All on one thread; it outlives what is made on it.
class Gpu {
 public:
  /// `device`: "vulkan:0". \throws Error{unavailable} with the remedy when there is no such device.
  explicit Gpu(const std::string& device);

  const DeviceApi& api() const { return api_; }
  VkDevice handle() const { return device_.get(); }
  VkPipelineCache pipelines() const { return pipelines_.get(); }
  const Facts& facts() const { return facts_; }
  const Device& row() const { return row_; }

  /// Keeps what was compiled until now for later launches. What goes wrong is in note().
  void keep_pipelines();
  /// What a reader should know of how kernels were made ready; mostly empty.
  const std::string& note() const { return pipeline_file_.note(); }

  /// Does what `record` says, and waits.
  void run_once(const Record& record);
  /// A command buffer with what `record` says, to be submitted any number of times, one after the other. It
  /// lives as long as the Gpu.
  VkCommandBuffer recorded(const Record& record);
  /// Submits it and waits: spinning where the device has processors of its own, so that the time of waking up
  /// is not part of a sample; sleeping where it computes on the host's CPUs.
  void run(VkCommandBuffer commands) { run(std::span(&commands, 1)); }
  /// Several, each a submission of its own, one behind the other: waits for the last alone.
  void run(std::span<const VkCommandBuffer> parts);

  /// Of a type that has what is `wanted`, and what is `better`, too, where there is one.
  Owned<VkDeviceMemory> memory_of(VkBuffer buffer, VkMemoryPropertyFlags wanted,
                                  VkMemoryPropertyFlags better);
  /// Memory that both sides see, mapped; copies to and from the device go through it.
  Buffer& staging();
  /// Copies through staging() and waits, in parts where it has to. transfers() does not hear of it.
  void upload(VkBuffer to, const void* host, std::size_t bytes);
  void download(VkBuffer from, void* host, std::size_t bytes, std::size_t offset);

  /// What buffers of this device were filled with and read for.
  Transfers& transfers() { return transfers_; }

 private:
  Session session_;
  Facts facts_;
  Device row_;
  VkPhysicalDevice physical_ = VK_NULL_HANDLE;
  Owned<VkDevice> device_;
  DeviceApi api_;
  VkQueue queue_ = VK_NULL_HANDLE;
  Owned<VkCommandPool> pool_;
  Owned<VkFence> fence_;
  PipelineFile pipeline_file_;
  Owned<VkPipelineCache> pipelines_;
  Transfers transfers_;
  std::unique_ptr<Buffer> staging_;
};

/// Memory of the device, owned; kernels reach it by its address. Movable, not copyable.
class Buffer {
 public:
  /// host: mapped, coherent, and cached by the host where the driver has that.
  enum class Where { device, host };

  Buffer() = default;
  /// Its bytes are undefined. \throws Error{unavailable} where there is not enough memory.
  Buffer(Gpu& gpu, std::size_t bytes, Where where = Where::device);
  template <typename T>
  Buffer(Gpu& gpu, const T* host, std::size_t count) : Buffer(gpu, count * sizeof(T)) {
    upload(host, bytes_);
  }

  VkBuffer get() const { return buffer_.get(); }
  std::uint64_t address() const { return address_; }
  std::size_t bytes() const { return bytes_; }
  void* mapped() const { return mapped_; }

  void upload(const void* host, std::size_t bytes);
  void download(void* host, std::size_t bytes, std::size_t offset = 0) const;
  /// Overwrites all of it with a pattern that is no result (Instance::spoil).
  void spoil();

 private:
  Gpu* gpu_ = nullptr;
  std::size_t bytes_ = 0;
  Owned<VkBuffer> buffer_;
  Owned<VkDeviceMemory> memory_;  // freed first, which Vulkan allows
  std::uint64_t address_ = 0;
  void* mapped_ = nullptr;
};

/// A compute shader made ready: SPIR-V, push constants of at most 128 bytes, and specialization constants
/// 0, 1, ... (constant 0 is the workgroup's size in x by convention of this folder).
class Kernel {
 public:
  Kernel() = default;
  Kernel(Gpu& gpu, std::span<const std::uint32_t> spirv, std::size_t constant_bytes,
         const std::vector<std::uint32_t>& specialization);
  VkPipeline pipeline() const { return pipeline_.get(); }
  VkPipelineLayout layout() const { return layout_.get(); }

 private:
  Owned<VkPipelineLayout> layout_;
  Owned<VkPipeline> pipeline_;
};

}  // namespace assay::vulkan

// SPDX-License-Identifier: Apache-2.0
#pragma once

#define VK_NO_PROTOTYPES
#include <vulkan/vulkan_core.h>

#include <functional>
#include <utility>

/// Vulkan's functions, found at run time: nothing links libvulkan. For this folder and its tests.
namespace assay::vulkan {

#define ASSAY_VULKAN_INSTANCE(X)            \
  X(DestroyInstance)                        \
  X(EnumeratePhysicalDevices)               \
  X(EnumerateDeviceExtensionProperties)     \
  X(GetPhysicalDeviceProperties)            \
  X(GetPhysicalDeviceProperties2)           \
  X(GetPhysicalDeviceFeatures2)             \
  X(GetPhysicalDeviceMemoryProperties)      \
  X(GetPhysicalDeviceQueueFamilyProperties) \
  X(CreateDevice)                           \
  X(GetDeviceProcAddr)

#define ASSAY_VULKAN_DEVICE(X)   \
  X(DestroyDevice)               \
  X(GetDeviceQueue)              \
  X(DeviceWaitIdle)              \
  X(CreateCommandPool)           \
  X(DestroyCommandPool)          \
  X(AllocateCommandBuffers)      \
  X(FreeCommandBuffers)          \
  X(BeginCommandBuffer)          \
  X(EndCommandBuffer)            \
  X(CreateFence)                 \
  X(DestroyFence)                \
  X(ResetFences)                 \
  X(GetFenceStatus)              \
  X(WaitForFences)               \
  X(QueueSubmit)                 \
  X(CreateBuffer)                \
  X(DestroyBuffer)               \
  X(GetBufferMemoryRequirements) \
  X(AllocateMemory)              \
  X(FreeMemory)                  \
  X(BindBufferMemory)            \
  X(MapMemory)                   \
  X(GetBufferDeviceAddress)      \
  X(CreateShaderModule)          \
  X(DestroyShaderModule)         \
  X(CreatePipelineLayout)        \
  X(DestroyPipelineLayout)       \
  X(CreatePipelineCache)         \
  X(DestroyPipelineCache)        \
  X(GetPipelineCacheData)        \
  X(CreateComputePipelines)      \
  X(DestroyPipeline)             \
  X(CreateQueryPool)             \
  X(DestroyQueryPool)            \
  X(GetQueryPoolResults)         \
  X(CmdResetQueryPool)           \
  X(CmdWriteTimestamp)           \
  X(CmdBeginQuery)               \
  X(CmdEndQuery)                 \
  X(CmdPipelineBarrier)          \
  X(CmdCopyBuffer)               \
  X(CmdFillBuffer)               \
  X(CmdBindPipeline)             \
  X(CmdPushConstants)            \
  X(CmdDispatch)

#define ASSAY_VULKAN_MEMBER(name) PFN_vk##name name = nullptr;

struct InstanceApi {
  ASSAY_VULKAN_INSTANCE(ASSAY_VULKAN_MEMBER)
};

struct DeviceApi {
  ASSAY_VULKAN_DEVICE(ASSAY_VULKAN_MEMBER)
};

#undef ASSAY_VULKAN_MEMBER

/// \throws Error{unavailable} when there is not enough memory, else Error{worker}, saying what was done.
void check(VkResult result, const char* what);

/// \throws Error{worker} when the driver lacks a function that it must have.
InstanceApi instance_api(PFN_vkGetInstanceProcAddr get, VkInstance instance);
DeviceApi device_api(const InstanceApi& api, VkDevice device);

/// A Vulkan object with what destroys it. Movable, not copyable.
template <typename T>
class Owned {
 public:
  Owned() = default;
  Owned(T handle, std::function<void(T)> destroy) : handle_(handle), destroy_(std::move(destroy)) {}
  ~Owned() {
    if (handle_ != VK_NULL_HANDLE) destroy_(handle_);
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  Owned(Owned&& other) noexcept
      : handle_(std::exchange(other.handle_, T(VK_NULL_HANDLE))), destroy_(std::move(other.destroy_)) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(destroy_, other.destroy_);
    return *this;
  }
  T get() const { return handle_; }

 private:
  T handle_ = VK_NULL_HANDLE;
  std::function<void(T)> destroy_;
};

}  // namespace assay::vulkan

// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/api.h"

#include <string>

#include "harness/core/error.h"

namespace assay::vulkan {

namespace {

std::string text(VkResult result) {
  switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
      return "there is not enough memory";
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
      return "the device has not enough memory";
    case VK_ERROR_DEVICE_LOST:
      return "the device was lost (a reset, a crash of its driver, or a kernel that ran too long)";
    default:
      return "VkResult " + std::to_string(result);
  }
}

template <typename Function>
Function found(PFN_vkVoidFunction function, const char* name) {
  if (function == nullptr) {
    throw Error(ErrorCode::worker, std::string("the Vulkan driver has no ") + name, "update the driver");
  }
  return reinterpret_cast<Function>(function);
}

}  // namespace

void check(VkResult result, const char* what) {
  if (result == VK_SUCCESS) return;
  const std::string message = std::string("Vulkan cannot ") + what + ": " + text(result);
  if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY) {
    throw Error(ErrorCode::unavailable, message, "choose a smaller preset, or end what else uses the device");
  }
  throw Error(ErrorCode::worker, message);
}

InstanceApi instance_api(PFN_vkGetInstanceProcAddr get, VkInstance instance) {
  InstanceApi api;
#define ASSAY_VULKAN_FIND(name) api.name = found<PFN_vk##name>(get(instance, "vk" #name), "vk" #name);
  ASSAY_VULKAN_INSTANCE(ASSAY_VULKAN_FIND)
#undef ASSAY_VULKAN_FIND
  return api;
}

DeviceApi device_api(const InstanceApi& instance, VkDevice device) {
  DeviceApi api;
#define ASSAY_VULKAN_FIND(name) \
  api.name = found<PFN_vk##name>(instance.GetDeviceProcAddr(device, "vk" #name), "vk" #name);
  ASSAY_VULKAN_DEVICE(ASSAY_VULKAN_FIND)
#undef ASSAY_VULKAN_FIND
  return api;
}

}  // namespace assay::vulkan

// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/session.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace assay::vulkan {

namespace {

/// The loader stays open: drivers leave threads behind.
PFN_vkGetInstanceProcAddr open_loader(std::string& why) {
  void* const library = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL);
  void* const entry = library == nullptr ? nullptr : dlsym(library, "vkGetInstanceProcAddr");
  if (entry == nullptr) {
    const char* const error = dlerror();
    why = error == nullptr ? "libvulkan.so.1 is no Vulkan loader" : error;
  }
  return reinterpret_cast<PFN_vkGetInstanceProcAddr>(entry);
}

std::string pci_text(const VkPhysicalDevicePCIBusInfoPropertiesEXT& bus) {
  char text[32];
  std::snprintf(text, sizeof text, "%04x:%02x:%02x.%x", bus.pciDomain, bus.pciBus, bus.pciDevice,
                bus.pciFunction);
  return text;
}

}  // namespace

Session::Session() {
  std::string why;
  const auto get = open_loader(why);
  if (get == nullptr) {
    probe_ = probe_without_loader(why);
    return;
  }
  const auto create = reinterpret_cast<PFN_vkCreateInstance>(get(nullptr, "vkCreateInstance"));
  VkApplicationInfo application{};
  application.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
  application.pApplicationName = "assay";
  application.apiVersion = VK_API_VERSION_1_2;
  VkInstanceCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
  info.pApplicationInfo = &application;
  VkInstance instance = VK_NULL_HANDLE;
  if (const VkResult made = create(&info, nullptr, &instance); made != VK_SUCCESS) {
    probe_ = probe_of(made, 0);
    return;
  }
  api_ = instance_api(get, instance);
  instance_ = {instance, [destroy = api_.DestroyInstance](VkInstance i) { destroy(i, nullptr); }};
  std::uint32_t count = 0;
  VkResult listed = api_.EnumeratePhysicalDevices(instance, &count, nullptr);
  std::vector<VkPhysicalDevice> handles(count);
  if (listed == VK_SUCCESS) listed = api_.EnumeratePhysicalDevices(instance, &count, handles.data());
  handles.resize(listed == VK_SUCCESS ? count : 0);
  probe_ = probe_of(listed, handles.size());
  const char* const hidden = std::getenv("ASSAY_VULKAN_WITHOUT");
  std::vector<Facts> facts;
  for (const VkPhysicalDevice handle : handles)
    facts.push_back(without(facts_of(handle), hidden == nullptr ? "" : hidden));
  for (const std::size_t i : numbering(facts)) devices_.push_back({handles[i], facts[i]});
}

Facts Session::facts_of(VkPhysicalDevice device) const {
  Facts facts;
  VkPhysicalDeviceProperties properties{};
  api_.GetPhysicalDeviceProperties(device, &properties);
  facts.name = properties.deviceName;
  facts.type = static_cast<Type>(properties.deviceType);
  facts.vendor = properties.vendorID;
  facts.api_version = properties.apiVersion;
  facts.driver_version = properties.driverVersion;
  facts.timestamp_period_ns = static_cast<double>(properties.limits.timestampPeriod);
  facts.group_invocations = properties.limits.maxComputeWorkGroupInvocations;
  facts.shared_bytes = properties.limits.maxComputeSharedMemorySize;
  facts.groups = properties.limits.maxComputeWorkGroupCount[0];
  if (facts.api_version < VK_API_VERSION_1_2) return facts;  // what follows is of 1.2

  std::uint32_t count = 0;
  api_.EnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr);
  std::vector<VkExtensionProperties> extensions(count);
  api_.EnumerateDeviceExtensionProperties(device, nullptr, &count, extensions.data());
  const auto has = [&](std::string_view name) {
    return std::any_of(extensions.begin(), extensions.end(),
                       [&](const auto& extension) { return extension.extensionName == name; });
  };
  const bool has_bus = has(VK_EXT_PCI_BUS_INFO_EXTENSION_NAME);
  VkPhysicalDevicePCIBusInfoPropertiesEXT bus{};
  bus.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PCI_BUS_INFO_PROPERTIES_EXT;
  VkPhysicalDeviceSubgroupProperties subgroup{};
  subgroup.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES;
  subgroup.pNext = has_bus ? &bus : nullptr;
  VkPhysicalDeviceDriverProperties driver{};
  driver.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES;
  driver.pNext = &subgroup;
  VkPhysicalDeviceIDProperties id{};
  id.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES;
  id.pNext = &driver;
  VkPhysicalDeviceProperties2 more{};
  more.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
  more.pNext = &id;
  api_.GetPhysicalDeviceProperties2(device, &more);
  facts.driver = std::string(driver.driverName) + " " + driver.driverInfo;
  std::copy_n(id.deviceUUID, 16, facts.uuid);
  facts.subgroup_size = subgroup.subgroupSize;
  facts.subgroup_sums = (subgroup.supportedStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0 &&
                        (subgroup.supportedOperations & VK_SUBGROUP_FEATURE_ARITHMETIC_BIT) != 0;
  if (has_bus) facts.pci = pci_text(bus);

  VkPhysicalDeviceShaderIntegerDotProductFeaturesKHR dots{};
  dots.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES_KHR;
  VkPhysicalDeviceVulkan12Features features_1_2{};
  features_1_2.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
  if (has(VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME)) features_1_2.pNext = &dots;
  VkPhysicalDeviceFeatures2 features{};
  features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
  features.pNext = &features_1_2;
  api_.GetPhysicalDeviceFeatures2(device, &features);
  facts.addresses = features_1_2.bufferDeviceAddress == VK_TRUE;
  facts.dot8 = dots.shaderIntegerDotProduct == VK_TRUE;
  facts.float16 = features_1_2.shaderFloat16 == VK_TRUE;
  facts.float64 = features.features.shaderFloat64 == VK_TRUE;
  facts.statistics = features.features.pipelineStatisticsQuery == VK_TRUE;

  VkPhysicalDeviceMemoryProperties memory{};
  api_.GetPhysicalDeviceMemoryProperties(device, &memory);
  for (std::uint32_t i = 0; i < memory.memoryHeapCount; ++i) {
    if ((memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) == 0) continue;
    facts.memory_bytes = std::max<std::size_t>(facts.memory_bytes, memory.memoryHeaps[i].size);
  }
  api_.GetPhysicalDeviceQueueFamilyProperties(device, &count, nullptr);
  std::vector<VkQueueFamilyProperties> families(count);
  api_.GetPhysicalDeviceQueueFamilyProperties(device, &count, families.data());
  for (std::size_t i = 0; i < families.size() && facts.compute_family < 0; ++i) {
    if ((families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) == 0) continue;
    facts.compute_family = static_cast<int>(i);
    facts.timestamp_bits = static_cast<int>(families[i].timestampValidBits);
  }
  return facts;
}

std::vector<DeviceOffer> devices() {
  const Session session;
  if (!session.probe().available) {
    DeviceOffer offer;
    offer.device.name = "vulkan:0";
    offer.probe = session.probe();
    return {offer};
  }
  std::vector<DeviceOffer> offers;
  for (const auto& found : session.devices()) {
    offers.push_back({describe(static_cast<int>(offers.size()), found.facts), probe_of(found.facts)});
  }
  return offers;
}

}  // namespace assay::vulkan

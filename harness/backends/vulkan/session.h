// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "harness/backends/vulkan/api.h"
#include "harness/backends/vulkan/facts.h"

namespace assay::vulkan {

/// The loader, opened, and an instance of it. Its devices are in the order of their numbers.
class Session {
 public:
  struct Found {
    VkPhysicalDevice handle = VK_NULL_HANDLE;
    Facts facts;
  };

  /// What is absent stands in probe(); never throws for that. What ASSAY_VULKAN_WITHOUT names is hidden of
  /// each device. \throws Error{usage} for a word there that it does not know.
  Session();

  const Probe& probe() const { return probe_; }
  const InstanceApi& api() const { return api_; }
  const std::vector<Found>& devices() const { return devices_; }

 private:
  Facts facts_of(VkPhysicalDevice device) const;

  Probe probe_;
  InstanceApi api_;
  Owned<VkInstance> instance_;
  std::vector<Found> devices_;
};

/// All devices; or one row vulkan:0 that is absent, with reason and remedy. Loads every driver that is
/// installed (with Mesa's some 0.1 s).
std::vector<DeviceOffer> devices();

}  // namespace assay::vulkan

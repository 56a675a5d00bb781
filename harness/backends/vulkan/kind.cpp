// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/session.h"

namespace assay {

std::vector<DeviceOffer> devices_vulkan();
std::vector<DeviceOffer> devices_vulkan() { return vulkan::devices(); }

}  // namespace assay

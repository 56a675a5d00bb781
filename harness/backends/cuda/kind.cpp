// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cuda/devices.h"

namespace assay {

std::vector<DeviceOffer> devices_cuda();
std::vector<DeviceOffer> devices_cuda() { return cuda::devices(); }

}  // namespace assay

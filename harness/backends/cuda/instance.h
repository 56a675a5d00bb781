// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/backends/cuda/queue.h"
#include "harness/backends/device_instance.h"

namespace assay::cuda {

/// On a CUDA device. A subclass says how a call is submitted: queue().on_submit.
class DeviceInstance : public assay::DeviceInstance<Queue> {
 public:
  using assay::DeviceInstance<Queue>::DeviceInstance;
  std::string isa() const override { return "sm_" + std::to_string(queue().capability()); }
};

}  // namespace assay::cuda

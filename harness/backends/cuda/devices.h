// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "harness/core/host.h"

namespace assay::cuda {

/// Makes CUDA number devices in PCI order. Before the first call of CUDA in the process.
void prefer_pci_order();

/// All devices; or one row cuda:0 that is absent, with reason and remedy. Starts the driver (some 0.1 s to
/// 1 s), makes no context.
std::vector<DeviceOffer> devices();

}  // namespace assay::cuda

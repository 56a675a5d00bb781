// SPDX-License-Identifier: Apache-2.0
// In place of harness/backends/cuda/devices.cu: one device, of software.
#include "harness/backends/cuda/devices.h"

#include "harness/backends/cuda/facts.h"

namespace assay::cuda {

void prefer_pci_order() {}

std::vector<DeviceOffer> devices() {
  Facts facts;
  facts.name = "stand-in for a CUDA device: a thread of the CPU";
  facts.major = 9;
  facts.multiprocessors = 4;
  facts.memory_bytes = std::size_t{1} << 30;
  DeviceOffer offer{describe(0, facts, {13000, 13000}), Probe::present()};
  offer.device.fidelity = "software";
  return {offer};
}

}  // namespace assay::cuda

// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cuda/devices.h"

#include <cuda_runtime.h>

#include <algorithm>
#include <cstdlib>

#include "harness/backends/cuda/facts.h"

namespace assay::cuda {

namespace {

constexpr int least_capability = std::min({__CUDA_ARCH_LIST__}) / 10;  // nvcc's: "800,900"

int attribute(cudaDeviceAttr name, int device) {
  int value = 0;
  return cudaDeviceGetAttribute(&value, name, device) == cudaSuccess ? value : 0;
}

Facts facts_of(int index, const cudaDeviceProp& properties) {
  Facts facts;
  facts.name = properties.name;
  std::copy_n(reinterpret_cast<const unsigned char*>(properties.uuid.bytes), 16, facts.uuid);
  facts.major = properties.major;
  facts.minor = properties.minor;
  facts.multiprocessors = properties.multiProcessorCount;
  facts.memory_bytes = properties.totalGlobalMem;
  facts.l2_bytes = static_cast<std::size_t>(std::max(properties.l2CacheSize, 0));
  facts.memory_bus_bits = properties.memoryBusWidth;
  facts.ecc = properties.ECCEnabled != 0;
  // Attributes: CUDA 13 has taken the clocks out of cudaDeviceProp.
  facts.sm_clock_khz = attribute(cudaDevAttrClockRate, index);
  facts.memory_clock_khz = attribute(cudaDevAttrMemoryClockRate, index);
  char pci[32] = {};
  if (cudaDeviceGetPCIBusId(pci, sizeof pci, index) == cudaSuccess) facts.pci = pci;
  return facts;
}

DeviceOffer absent_device(int index, const Probe& probe) {
  DeviceOffer offer;
  offer.device.name = "cuda:" + std::to_string(index);
  offer.probe = probe;
  return offer;
}

}  // namespace

void prefer_pci_order() { setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 1); }

std::vector<DeviceOffer> devices() {
  prefer_pci_order();
  int count = 0;
  Versions versions;
  cudaRuntimeGetVersion(&versions.runtime);
  const cudaError_t error = cudaGetDeviceCount(&count);
  cudaDriverGetVersion(&versions.driver);
  const Probe probe = probe_of(static_cast<int>(error), cudaGetErrorString(error),
                               error == cudaSuccess ? count : 0, versions);
  cudaGetLastError();
  if (!probe.available) return {absent_device(0, probe)};
  std::vector<DeviceOffer> offers;
  for (int index = 0; index < count; ++index) {
    cudaDeviceProp properties{};
    const cudaError_t described = cudaGetDeviceProperties(&properties, index);
    if (described != cudaSuccess) {
      offers.push_back(absent_device(
          index, probe_of(static_cast<int>(described), cudaGetErrorString(described), 0, versions)));
      continue;
    }
    const Facts facts = facts_of(index, properties);
    offers.push_back({describe(index, facts, versions), probe_of(facts, least_capability)});
  }
  return offers;
}

}  // namespace assay::cuda

// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/emulated.h"

#include <vector>

#include "harness/worker/os/features.h"

namespace assay::worker {

protocol::Hello EmulatedHandler::hello(const std::string& workload) {
  protocol::Hello hello = inner_.hello(workload);
  hello.collectors.clear();
  std::erase_if(hello.devices, [](const DeviceOffer& offer) { return offer.device.name != "cpu"; });
  for (auto& offer : hello.devices) {
    offer.device.name = device_;
    offer.device.fidelity = "functional";
    offer.device.fingerprint = os::cpu_features();
  }
  for (auto& offer : hello.workloads) {
    auto& rows = offer.implementations;
    std::erase_if(rows, [](const protocol::ImplementationOffer& row) { return row.device != "cpu"; });
    // What is computed plainly is of interest where there is nothing else.
    if (rows.size() > 1) {
      std::erase_if(rows, [](const protocol::ImplementationOffer& row) { return row.name == "reference"; });
    }
    for (auto& row : offer.implementations) row.device = device_;
  }
  return hello;
}

protocol::Prepared EmulatedHandler::prepare(const protocol::PrepareRequest& request) {
  protocol::PrepareRequest here = request;
  if (here.value.device == device_) here.value.device = "cpu";
  if (!here.cpus.empty()) here.cpus.erase(here.cpus.begin() + 1, here.cpus.end());
  return inner_.prepare(here);
}

}  // namespace assay::worker

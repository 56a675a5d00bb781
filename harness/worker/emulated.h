// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/protocol/server.h"

namespace assay::worker {

/// A handler whose CPU is an emulated one, called `device` ("qemu:aarch64"): its cases and offers on "cpu"
/// are on that device, of fidelity `functional`, whose fingerprint says which instructions the emulator has
/// (os/features.h), and have one thread, which is what is counted. It has a
/// reference only where a workload has nothing else (results are held to another worker's), no other devices
/// and no collectors. Calls go on to `inner`, which
/// must outlive it.
class EmulatedHandler : public protocol::Handler {
 public:
  EmulatedHandler(std::string device, protocol::Handler& inner) : device_(std::move(device)), inner_(inner) {}

  protocol::Hello hello(const std::string& workload) override;
  protocol::Prepared prepare(const protocol::PrepareRequest& request) override;
  std::vector<protocol::OutputReply> verify(bool values) override { return inner_.verify(values); }
  protocol::Measured measure(const protocol::MeasureRequest& request) override {
    return inner_.measure(request);
  }

 private:
  std::string device_;
  protocol::Handler& inner_;
};

}  // namespace assay::worker

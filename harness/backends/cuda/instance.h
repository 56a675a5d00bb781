// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/backends/cuda/queue.h"
#include "harness/core/workload.h"

namespace assay::cuda {

/// What instances on a CUDA device have in common. A subclass makes its buffers, says how a call is submitted
/// (queue().on_submit) and fills in `facts`.
class DeviceInstance : public Instance {
 public:
  void call() override { queue_.call(); }
  Work work() const override { return facts_.work; }
  std::size_t resident_bytes() const override { return facts_.resident_bytes; }
  std::string input_digest() const override { return facts_.input_digest; }
  std::string isa() const override { return "sm_" + std::to_string(queue_.capability()); }
  Timer* timer() override { return &queue_; }

 protected:
  struct Facts {
    Work work;
    std::size_t resident_bytes = 0;  ///< of device memory
    std::string input_digest;
  };

  explicit DeviceInstance(const Preparation& preparation) : queue_(preparation.device) {}
  Queue& queue() { return queue_; }
  Facts& facts() { return facts_; }

 private:
  Queue queue_;
  Facts facts_;
};

}  // namespace assay::cuda

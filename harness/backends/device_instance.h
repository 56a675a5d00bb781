// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "harness/core/workload.h"

namespace assay {

/// What instances on a device with a queue of its own have in common, whatever its driver. `Queue` is a Timer
/// that is made from a device's name and runs a call. A subclass makes its buffers, says what a call is, and
/// fills in `facts`.
template <typename Queue>
class DeviceInstance : public Instance {
 public:
  void call() override { queue_.call(); }
  Work work() const override { return facts_.work; }
  std::size_t resident_bytes() const override { return facts_.resident_bytes; }
  std::string input_digest() const override { return facts_.input_digest; }
  Timer* timer() override { return &queue_; }

 protected:
  struct Facts {
    Work work;
    std::size_t resident_bytes = 0;  ///< of device memory
    std::string input_digest;
  };

  explicit DeviceInstance(const Preparation& preparation) : queue_(preparation.device) {}
  Queue& queue() { return queue_; }
  const Queue& queue() const { return queue_; }
  Facts& facts() { return facts_; }

 private:
  Queue queue_;
  Facts facts_;
};

}  // namespace assay

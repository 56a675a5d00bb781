// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/backends/nvml/throttle_watch.h"
#include "harness/backends/vulkan/gpu.h"
#include "harness/core/timer.h"

namespace assay::vulkan {

/// One device and its clock (timestamp queries). Order: constructor, on_record(), then call() and the Timer's
/// calls at will, all on one thread.
class Queue final : public Timer {
 public:
  /// \throws what Gpu throws.
  explicit Queue(const std::string& device);

  Gpu& gpu() { return gpu_; }
  const Gpu& gpu() const { return gpu_; }

  /// What one call does. It is recorded here, so what it names (kernels, buffers, constants) is fixed, and
  /// its kernels are kept for later launches.
  void on_record(Record record) { on_record(std::vector<Record>{std::move(record)}); }
  /// The same of a call that may last longer than a driver lets one submission hold the device: its parts, in
  /// order, are submissions of their own, one queued behind the other.
  void on_record(std::vector<Record> parts);

  /// One call: submits it and waits. \throws Error{worker} for whatever went wrong on the device.
  void call() { gpu_.run(call_); }

  /// Invocations of compute shaders in one call, as the driver counts them (a further call); none where it
  /// does not count.
  std::optional<std::uint64_t> invocations();

  const Device& device() const override { return gpu_.row(); }
  /// Reads through 256 MiB, or an eighth of the device's memory where that is less: Vulkan does not say how
  /// large a cache is. What stays there is clean, so that nothing is written back later.
  void evict() override;
  /// All calls of a reading are one submission (or one call's parts, which the device has at hand), so that
  /// launching is not part of it. Adds nothing where the
  /// device has no timestamps; and to the track `vulkan.invocations` what the driver counted, once, in the
  /// call that is recorded; and at times to the track `time.end_to_end` that of a call by the host's clock
  /// with all inputs brought from the host's memory, and the results fetched as output() did.
  void time(bool cold) override;
  std::vector<Track> take_tracks() override;

 private:
  struct Timed {
    int calls = 0;  ///< 0: not recorded yet
    std::vector<VkCommandBuffer> commands;
  };
  Timed timed(int calls);
  double reading_ns(const Timed& timed);
  void count();
  void take_end_to_end();

  Gpu gpu_;
  Owned<VkQueryPool> times_;
  std::vector<Record> parts_;
  std::vector<VkCommandBuffer> call_;
  Timed cold_;
  Timed hot_;
  Buffer walk_;
  Kernel walk_kernel_;
  VkCommandBuffer walk_commands_ = VK_NULL_HANDLE;
  std::optional<std::uint64_t> invocations_;  ///< of the call that is recorded; none: not counted yet
  std::unique_ptr<nvml::ThrottleWatch> watch_;
  EndToEndPace pace_;
  std::vector<std::vector<char>> inputs_;  ///< the host's copy of gpu_.transfers().in()
  int inputs_version_ = -1;
  std::vector<std::vector<char>> results_;
  Track time_;
  Track counted_;
  Track end_to_end_;
};

}  // namespace assay::vulkan

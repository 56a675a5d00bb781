// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "harness/core/channel.h"
#include "harness/transport/local/scheduled.h"

namespace assay::transport {

struct Exit {
  std::optional<int> status;        ///< exit status, when it exited
  std::optional<int> signal;        ///< signal, when one ended it
  bool forced = false;              ///< it was still running, and was ended by us
  std::int64_t peak_rss_bytes = 0;  ///< 0: not known (a far worker)
  double cpu_s = 0;  ///< user and system time of the worker and of its children that it waited for
  std::int64_t switched_out = 0;  ///< times that a thread of these lost its CPU without having asked for it
  std::string describe() const;   ///< "exit status 3", "signal 11 (Segmentation fault)"
};

/// A worker that was started, wherever it runs: lines to and from it, and its end.
class Connection : public Channel {
 public:
  /// Closes its standard input and waits up to `wait` for its end; then it and all that it started are ended.
  /// Idempotent.
  virtual Exit finish(std::chrono::milliseconds wait) = 0;

  /// Of the worker's own threads, not its children's; empty where that is not known.
  virtual std::optional<Scheduled> scheduled() const { return std::nullopt; }

  /// The last 64 KiB of standard error so far, raw bytes.
  virtual std::string log() const = 0;
};

}  // namespace assay::transport

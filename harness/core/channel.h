// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace assay {

/// A line-wise connection to a worker, as a transport provides it and the protocol uses it. One thread.
class Channel {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~Channel() = default;

  /// Sends one line (the newline is added). \throws Error{worker} when the far end is gone, Error{timeout}
  /// when it does not read.
  virtual void send(std::string_view line) = 0;

  /// The next line without its newline, at most 1 MiB. \throws Error{worker} when the far end ended first
  /// (the message says how: exit status or signal), Error{timeout} when `deadline` passed, Error{protocol}
  /// when the line is longer; Error{interrupted} when the user asked to stop now.
  virtual std::string receive(Clock::time_point deadline) = 0;

  /// The folder that the worker has as $TMPDIR, absolute, where both ends read and write. Empty: there is
  /// none, and everything travels in lines.
  virtual std::string folder() const { return {}; }

  /// How long the far end's threads, since they began, were ready to run and had no CPU, s; 0 where that is
  /// not known.
  virtual double waited_s() const { return 0; }
};

}  // namespace assay

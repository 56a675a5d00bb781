// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "harness/core/collector.h"
#include "harness/transport/connection.h"

namespace assay::transport {

struct Limits {
  std::int64_t rss_bytes = 0;             ///< of the whole process tree, polled; 0: none
  std::chrono::milliseconds grace{2000};  ///< between SIGTERM and SIGKILL
};

/// A worker on this machine: a fresh process group with pipes for standard input, output and error. The
/// calling process becomes a child subreaper, so that nothing the worker starts (not even with setsid)
/// survives the destructor, which terminates what is left. Standard error is drained all the time and its end
/// kept.
class Process : public Connection {
 public:
  /// \throws Error{unavailable} when the program cannot be started; Error{io} when the system is out of
  /// processes or descriptors.
  Process(const Command& command, const Limits& limits);
  ~Process() override;

  void send(std::string_view line) override;
  std::string receive(Clock::time_point deadline) override;
  std::string folder() const override;  ///< the command's TMPDIR; empty when it names none
  double waited_s() const override;     ///< see scheduled()

  /// After `wait` SIGTERM to the group, `grace`, SIGKILL to every descendant.
  Exit finish(std::chrono::milliseconds wait) override;

  /// Empty where the kernel does not tell (CONFIG_SCHED_INFO).
  std::optional<Scheduled> scheduled() const override;
  std::string log() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// For Ctrl-C: while set, receive() of every Process throws Error{interrupted} at once. Async-signal-safe.
void interrupt_now();

/// Undoes interrupt_now(): for programs, and tests, that go on afterwards.
void clear_interrupt();

}  // namespace assay::transport

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/collector.h"
#include "harness/transport/connection.h"

namespace assay::transport {

/// Another machine, as ssh knows it.
struct SshHost {
  std::vector<std::string> ssh;  ///< the command's words before the host's name
  std::string address;           ///< HOST or USER@HOST
};

/// Is it a name that ssh takes for a host's, and no shell for anything else?
bool is_ssh_address(const std::string& address);

/// How a word of a far command begins that is a file here, which travels with it: "copy:build/my_worker".
inline constexpr std::string_view copied_word = "copy:";

/// What a machine says of itself: files below /proc, /sys and /etc by their absolute path, with their text;
/// and
/// "@name", "@kernel", "@architecture", "@libc", "@allowed" (its CPUs that a worker may use); "@sha256": of
/// the program and of each file among its words that is there, a line each. What it did not say is not there.
using FarFacts = std::map<std::string, std::string>;

/// A worker on another machine: one connection, which starts the command there (in the folder of a login),
/// carries its lines, and ends it. Words that begin with copied_word are files here: they are copied into the
/// folder that is the worker's $TMPDIR there, and go away with it. No folder is shared, and of the far
/// process no more is known than its log and its exit status. However the connection ends, the worker and all
/// that it started end there: far_script.h.
class SshProcess : public Connection {
 public:
  /// Returns when the command was started there. `facts`: asked first where it is not null. \throws
  /// Error{unavailable} that says why there is no such host, login, shell or program, and what to do;
  /// Error{timeout} after `patience`; Error{io} where a file cannot be read, or the system is out of
  /// processes.
  SshProcess(const SshHost& host, const Command& command, std::chrono::duration<double> patience,
             FarFacts* facts = nullptr);
  ~SshProcess() override;

  void send(std::string_view line) override;
  std::string receive(Clock::time_point deadline) override;
  /// Waits 5 s longer than `wait` for the far end, which then has ended its worker.
  Exit finish(std::chrono::milliseconds wait) override;
  std::string log() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The same without a worker. \throws as SshProcess.
FarFacts ask_facts(const SshHost& host, std::chrono::duration<double> patience);

}  // namespace assay::transport

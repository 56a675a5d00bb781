// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/collector.h"
#include "harness/protocol/messages.h"
#include "harness/run/limits.h"
#include "harness/transport/connection.h"
#include "harness/transport/ssh/ssh.h"

namespace assay::run {

/// How a worker is started.
struct WorkerSpec {
  std::string id;  ///< as plans name it: the name in its .toml, or its command line
  Command command;
  /// Of a worker that runs somebody else's program: the place in `command` where that begins, and where a
  /// collector around the launch begins too; 0: it is measured itself.
  std::size_t program_at = 0;
  std::string device =
      {};  ///< of an emulated board: its one device. It is started only where that is asked for
  std::string remedy = {};                     ///< what installs its program
  std::optional<transport::SshHost> ssh = {};  ///< the machine that it runs on; empty: this one
};

struct Machine;  // machine.h

/// A worker that answered `hello`.
struct WorkerInfo {
  WorkerSpec spec;
  protocol::Hello hello;
  /// Of argv[0]'s file; of it and every other file that the command line names, where it names some
  /// (`python3 worker.py`). Empty when argv[0]'s file cannot be read.
  std::string binary_sha256;
  std::shared_ptr<const Machine> machine = {};  ///< of a worker over ssh: where it runs; else null
  std::string code_sha256 = {};  ///< of the files that it declares as its code; empty: it declares none
  bool relinked =
      false;  ///< its files are linked anew between launches: their hashes change, their code does not
};

/// What a launch of the case has as its subject: what the worker said, with the hash of its files, and of the
/// code that the implementation has beside them.
Subject subject_of(const WorkerInfo& worker, const Case& value);

/// Starts it where it runs. `folder`: its $TMPDIR, where it runs here. `facts`: filled in where it does not.
/// \throws what transport::Process and transport::SshProcess do.
std::unique_ptr<transport::Connection> start_worker(const WorkerSpec& spec, Command command,
                                                    const std::string& folder, const LaunchLimits& limits,
                                                    transport::FarFacts* facts = nullptr);

/// Starts the worker once, asks what it offers, ends it: within the limits' time to start, and their memory.
/// \throws what Client::hello throws, with the worker's id and the end of its log in the message.
WorkerInfo describe(const WorkerSpec& spec, const LaunchLimits& limits);

/// The offer for a workload / implementation; nullptr when the worker has none.
const protocol::WorkloadOffer* find_workload(const protocol::Hello& hello, const std::string& workload);
const protocol::ImplementationOffer* find_implementation(const protocol::WorkloadOffer& offer,
                                                         const std::string& implementation,
                                                         const std::string& device);

/// A fresh directory that disappears with the value. \throws Error{io}.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace assay::run

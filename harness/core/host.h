// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/core/probe.h"

namespace assay {

/// The machine whose operating system runs the worker. `host_class` identifies what was measured;
/// `environment` may change between runs of one class and is marked in history. Both are flat "key" ->
/// "value" so that they can be stored, compared field by field and shown without a schema of their own; keys
/// in README of harness/run.
struct Host {
  std::string name;                               ///< host name: never exported unless asked
  std::map<std::string, std::string> host_class;  ///< cpu.model, cpu.cores, cache.l1d_bytes, memory.gib, ...
  std::map<std::string, std::string>
      environment;  ///< kernel, microcode, governor, libc, load, virtualization, ...

  /// 12 hex digits over host_class: equal for interchangeable machines.
  std::string class_id() const;
};

/// What is under test: whose code, which version, how built.
struct Subject {
  std::string name;  ///< "assay", or the worker's own name
  std::string version;
  std::string revision;  ///< git revision, with "-dirty" where the tree was changed; may be empty
  std::string compiler;  ///< "GNU 12.2.0 -O3"; may be empty
  std::string binary;    ///< SHA-256 of the worker's executable (hex); may be empty

  friend bool operator==(const Subject&, const Subject&) = default;
  friend auto operator<=>(const Subject&, const Subject&) = default;
};

/// What executes cases.
struct Device {
  std::string name = "cpu";           ///< "cpu", "cuda:0"
  std::string fidelity = "hardware";  ///< hardware | software | functional
  std::map<std::string, std::string> fingerprint;
};

/// A device as a worker tells of it. One that cannot be used here keeps its row, with reason and remedy.
struct DeviceOffer {
  Device device;
  Probe probe;
};

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/host.h"
#include "harness/core/reading.h"
#include "harness/run/topology.h"
#include "harness/run/worker.h"
#include "harness/transport/ssh/ssh.h"

namespace assay::run {

/// A host, and the CPUs of it that cases may use.
struct Machine {
  Host host;
  Topology topology;
};

Machine this_machine();

/// Of what another machine said of itself: class and environment as they would be read there, by the same
/// code. What it did not say is left out; nothing of this machine takes its place. \throws Error{unavailable}
/// where it does not say what CPUs it has. Not while another thread reads this machine: the roots that the
/// readers look below are moved meanwhile.
Machine far_machine(const transport::FarFacts& facts);

/// The hash of a far worker's program, and of all other files that its words name, as its host tells them.
/// Where that has no sha256sum, of one file that was sent; else empty.
std::string far_binary(const std::vector<std::string>& argv, const transport::FarFacts& facts);

/// The host that all of a run's workers are on, over ssh; empty: this one. \throws Error{usage} where they
/// are on several.
std::optional<transport::SshHost> far_host(const std::vector<WorkerInfo>& workers);

/// The machine of a run's workers, as it was when they introduced themselves. \throws Error{usage} as
/// far_host().
Machine machine_of(const std::vector<WorkerInfo>& workers);

/// Its environment now; empty where it cannot be reached any more.
std::map<std::string, std::string> environment_now(const std::vector<WorkerInfo>& workers);

/// Readings of a launch about its host, for a worker over ssh: each unsupported, with the reason. Pure.
std::vector<Reading> far_readings(const transport::SshHost& host);
/// The same with another reason. Pure.
std::vector<Reading> no_host_readings(const std::string& reason);

}  // namespace assay::run

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/host.h"
#include "harness/core/run.h"
#include "harness/run/topology.h"

namespace assay::run {

enum class Level { ok, warn, fail };

/// One row of the doctor: what was looked at, what was found, what to do about it.
struct Check {
  std::string name;
  Level level = Level::ok;
  std::string finding;
  std::string remedy;  ///< an exact command where there is one
};

/// Looks at what makes measurements noisy or impossible on this host. The same checks run before every run
/// and are stored with it (as probes of kind "check").
std::vector<Check> check_host(const Host& host, const Topology& topology);

NamedProbe as_probe(const Check& check);

/// Is the check of this name about what makes times differ, and not about what can be counted?
bool disturbs_times(const std::string& check);
std::string to_string(Level level);

}  // namespace assay::run

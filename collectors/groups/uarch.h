// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace assay::groups {

/// Whose metric groups fit this machine.
struct Uarch {
  std::string name;    ///< "zen4"; "generic" where the CPU is not in the tables, or has cores of two kinds
  std::string reason;  ///< by what it is known, or why it is generic
  std::map<std::string, std::string> lacks{};  ///< groups that it cannot have, though others do, to why
  std::vector<std::string> faults{};  ///< of tables that were passed over: what is wrong, with file and line
};

/// From /proc/cpuinfo (under ASSAY_SYSFS_ROOT) and the tables <folder>/uarch.toml, first match.
/// A broken table is passed over.
Uarch detect_uarch(const std::vector<std::string>& folders);

}  // namespace assay::groups

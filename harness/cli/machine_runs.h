// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "harness/core/host.h"
#include "harness/store/store.h"

namespace assay::cli {

/// The suite that measures a machine's limits.
inline constexpr const char* roofline_suite = "roofline";

/// A machine. Virtual machines of one kind share a class, so the name counts too.
struct Machine {
  std::string name;
  std::string class_id;
  explicit Machine(const Host& host) : name(host.name), class_id(host.class_id()) {}
  bool operator==(const Machine&) const = default;
};

/// The newest complete run of a machine: of the suite roofline or, `other`, of anything else; "" when there
/// is none.
std::string newest_run(const Store& store, const Machine& machine, bool other);

/// Likewise for a device that is not the CPU: the newest complete run whose plan holds roof.mem on it or,
/// `other`, a case on it that is no roof.
std::string newest_device_run(const Store& store, const Machine& machine, const std::string& device,
                              bool other);

/// The UUID of the board that `device` was in a run; "" where that is not known.
std::string board_of(const std::vector<LaunchSummary>& launches, const std::string& device);

}  // namespace assay::cli

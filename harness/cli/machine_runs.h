// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

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

}  // namespace assay::cli

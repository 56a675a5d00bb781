// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "harness/core/component.h"

namespace assay::worker {

/// Whether the module's file is there: beside the program, or in `lib/assay/modules` two folders above it
/// (the layout of the install tree). Cheap: opens nothing.
Probe probe_module(std::string_view module);

/// A hash of the module's file; empty when it cannot be read. It is not opened.
std::string module_binary(std::string_view module);

/// Opens the module (once; it stays open). \throws Error{unavailable} when the file is missing, does not load
/// or was built for another ABI.
const ModuleTable& open_module(std::string_view module);

/// Opens the module and makes its implementation of the workload called
/// `implementation`. \throws as open_module(), and Error{unavailable} when it has no such row.
Implementation open_implementation(const ModuleRow& row);

}  // namespace assay::worker

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "harness/core/component.h"

namespace assay::worker {

/// The folder of module files, `lib/assay/modules` two folders above the program's: the build tree has the
/// layout of the install tree.
std::string module_folder();

/// Whether the module's file is there. Cheap: opens nothing.
Probe probe_module(std::string_view module);

/// Opens the module (once; it stays open) and makes its implementation of the workload called
/// `implementation`. \throws Error{unavailable} when the file is missing, does not load, was built for
/// another ABI or has no such row.
Implementation open_implementation(const ModuleRow& row);

}  // namespace assay::worker

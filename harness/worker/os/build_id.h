// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace assay::worker::os {

/// The linker's hash (NT_GNU_BUILD_ID, hex) over this program and, after a '+' each, the shared libraries
/// that it was started with, but for those of /lib and /usr/lib: another one when any of its code is. Empty
/// when one of them was linked without.
std::string build_id();

/// The shared libraries that this program was started with, the system's too: file name to build id. Empty
/// when one of them was linked without.
std::map<std::string, std::string> libraries();

}  // namespace assay::worker::os

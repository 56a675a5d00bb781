// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace assay::worker::os {

/// What the system says of the CPU's instruction set: `core` ("aarch64"), and on Arm and RISC-V `features`
/// (names in Linux's words, apart by spaces, those that choose a path of ours) and `vector_bits`, the length
/// of a vector where the CPU chooses it (SVE, RVV). What is not told, or not there, has no key.
std::map<std::string, std::string> cpu_features();

/// "qemu-aarch64": the emulator that runs this process, where the kernel knows the process by its name; else
/// empty.
std::string emulator();

}  // namespace assay::worker::os

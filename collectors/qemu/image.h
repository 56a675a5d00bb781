// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace assay::qemu {

/// What a board's image says of memory: an ELF file that a linker script of harness/agent/ports made.
struct Image {
  std::uint64_t flash = 0;    ///< bytes that are loaded: code, constants and initial data of everything in it
  std::uint64_t statics = 0;  ///< bytes of variables, initialised or not, without stack and arena
  std::uint64_t stack_limit = 0, stack_top = 0;
  std::uint64_t arena = 0, arena_end = 0;
};

/// \throws Error{bad_input} naming the file when it is no little-endian ELF file, ends too soon, or misses a
/// symbol of those linker scripts.
Image read_image(const std::string& path);

}  // namespace assay::qemu

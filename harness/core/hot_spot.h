// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// One machine instruction of a hot function.
struct HotInstruction {
  std::uint64_t address = 0;  ///< in the object file, as it was linked
  double count = 0;           ///< executions in one call of the case, by all threads together
  int line = 0;               ///< of HotSpot::source; 0: the object has no debug information
  std::uint64_t target = 0;   ///< of a jump that was taken most often; 0: none was
  double taken = 0;           ///< how often a call takes that jump
  std::string text;           ///< "vpaddd ymm0, ymm0, ymm1"; empty: not disassembled
};

/// A function in which a call spends instructions: only those that it executes, by address.
struct HotSpot {
  std::string function;     ///< demangled; "???" where the object has no name for it
  std::string object;       ///< path of the program or library
  std::string source;       ///< its file, where the object has debug information
  double instructions = 0;  ///< of one call, in this function alone (not in those that it calls)
  std::vector<HotInstruction> listing;
};

}  // namespace assay

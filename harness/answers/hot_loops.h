// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/core/hot_spot.h"

namespace assay {

/// A loop of machine code: what is executed between the target of a jump backwards and that jump, without
/// what is in a smaller loop. Two jumps to one target are one loop. An instruction is in one loop at most.
struct HotLoop {
  std::size_t spot = 0;     ///< its function: index into the hot spots
  std::uint64_t first = 0;  ///< address of its first instruction
  std::uint64_t last = 0;   ///< address of its last jump back
  double instructions = 0;  ///< of one call, in the loop itself
  double turns = 0;         ///< how often a call executes its first instruction
  std::size_t length = 0;   ///< instructions of the loop itself
};

/// The loops of all functions, most instructions first. Jumps into other functions make none, nor do those
/// that a call takes less than once. Pure.
std::vector<HotLoop> find_loops(const std::vector<HotSpot>& spots);

/// The loop's own instructions, by address. `loops`: all of find_loops(). Pure.
std::vector<HotInstruction> listing_of(const HotLoop& loop, const std::vector<HotSpot>& spots,
                                       const std::vector<HotLoop>& loops);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/hot_loops.h"

#include <algorithm>
#include <map>
#include <utility>

namespace assay {

namespace {

bool contains(const HotLoop& loop, std::uint64_t address) {
  return address >= loop.first && address <= loop.last;
}

/// Loops that overlap without one in the other share addresses too: the smallest has them.
bool is_smaller(const HotLoop& a, const HotLoop& b) {
  return std::pair(a.last - a.first, a.first) < std::pair(b.last - b.first, b.first);
}

/// By target, one each; `last` is that of the jump furthest behind it.
std::vector<HotLoop> loops_of(const HotSpot& spot, std::size_t index) {
  std::map<std::uint64_t, HotLoop> by_target;
  std::map<std::uint64_t, double> jumps;
  if (spot.listing.empty()) return {};
  const std::uint64_t begin = spot.listing.front().address;
  for (const auto& i : spot.listing) {
    if (i.taken <= 0 || i.target > i.address || i.target < begin) continue;
    HotLoop& loop = by_target[i.target];
    loop.spot = index;
    loop.first = i.target;
    loop.last = std::max(loop.last, i.address);
    jumps[i.target] += i.taken;
  }
  std::vector<HotLoop> loops;
  for (auto& [target, loop] : by_target) {
    const auto first = std::find_if(spot.listing.begin(), spot.listing.end(),
                                    [&, &at = target](const HotInstruction& i) { return i.address == at; });
    if (first == spot.listing.end() || jumps[target] < 1) continue;
    loop.turns = first->count;
    loops.push_back(loop);
  }
  return loops;
}

}  // namespace

std::vector<HotInstruction> listing_of(const HotLoop& loop, const std::vector<HotSpot>& spots,
                                       const std::vector<HotLoop>& loops) {
  std::vector<HotInstruction> own;
  for (const auto& i : spots[loop.spot].listing) {
    if (!contains(loop, i.address)) continue;
    const bool others = std::any_of(loops.begin(), loops.end(), [&](const HotLoop& other) {
      return other.spot == loop.spot && is_smaller(other, loop) && contains(other, i.address);
    });
    if (!others) own.push_back(i);
  }
  return own;
}

std::vector<HotLoop> find_loops(const std::vector<HotSpot>& spots) {
  std::vector<HotLoop> all;
  for (std::size_t index = 0; index < spots.size(); ++index) {
    auto loops = loops_of(spots[index], index);
    for (auto& loop : loops) {
      const auto own = listing_of(loop, spots, loops);
      loop.length = own.size();
      for (const auto& i : own) loop.instructions += i.count;
    }
    all.insert(all.end(), loops.begin(), loops.end());
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.instructions > b.instructions; });
  return all;
}

}  // namespace assay

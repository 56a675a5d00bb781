// SPDX-License-Identifier: Apache-2.0
#include "collectors/callgrind/hot_spots.h"

#include <algorithm>
#include <tuple>

namespace assay::callgrind {

namespace {

constexpr double covered = 0.99;
constexpr std::size_t most_instructions = 4000;

HotSpot difference(const Function& more, const Function* fewer, double calls) {
  HotSpot spot;
  spot.source = more.source;
  for (const auto& [address, executed] : more.at) {
    Executed before;
    if (fewer != nullptr) {
      if (const auto found = fewer->at.find(address); found != fewer->at.end()) before = found->second;
    }
    const double count = (executed.count - before.count) / calls;
    if (count <= 0) continue;  // not the call's
    const double taken = std::max(executed.taken - before.taken, 0.0) / calls;
    spot.listing.push_back({address, count, executed.line, taken > 0 ? executed.target : 0, taken, ""});
    spot.instructions += count;
  }
  return spot;
}

}  // namespace

std::vector<HotSpot> hot_spots(const Functions& fewer, const Functions& more, double calls,
                               std::size_t most) {
  std::vector<HotSpot> spots;
  double all = 0;
  for (const auto& [name, function] : more) {
    const auto before = fewer.find(name);
    HotSpot spot = difference(function, before == fewer.end() ? nullptr : &before->second, calls);
    if (spot.listing.empty()) continue;
    std::tie(spot.object, spot.function) = name;
    all += spot.instructions;
    spots.push_back(std::move(spot));
  }
  std::stable_sort(spots.begin(), spots.end(),
                   [](const auto& a, const auto& b) { return a.instructions > b.instructions; });
  double sum = 0;
  std::size_t instructions = 0;
  const auto beyond = std::find_if(spots.begin(), spots.end(), [&](const HotSpot& spot) {
    const bool fits = instructions == 0 || instructions + spot.listing.size() <= most_instructions;
    if (sum >= covered * all || !fits) return true;
    sum += spot.instructions;
    instructions += spot.listing.size();
    return false;
  });
  spots.erase(std::min(beyond, spots.begin() + static_cast<std::ptrdiff_t>(std::min(most, spots.size()))),
              spots.end());
  return spots;
}

}  // namespace assay::callgrind

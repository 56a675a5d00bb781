// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/hot_loops.h"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

HotInstruction plain(std::uint64_t address, double count) { return {address, count, 0, 0, 0, ""}; }
HotInstruction jump(std::uint64_t address, double count, std::uint64_t target, double taken) {
  return {address, count, 0, target, taken, ""};
}

HotSpot spot(std::vector<HotInstruction> listing) {
  HotSpot result{"f", "o", "", 0, std::move(listing)};
  for (const auto& i : result.listing) result.instructions += i.count;
  return result;
}

}  // namespace

TEST_CASE("a loop is what stands between a jump back and its target, and counts its turns") {
  const std::vector spots{spot({plain(0, 1), plain(4, 10), jump(8, 10, 4, 9), plain(12, 1)})};
  const auto loops = find_loops(spots);
  REQUIRE(loops.size() == 1);
  CHECK(loops[0].first == 4);
  CHECK(loops[0].last == 8);
  CHECK(loops[0].turns == 10);
  CHECK(loops[0].length == 2);
  CHECK(loops[0].instructions == 20);
}

TEST_CASE("instructions of an inner loop are not the outer one's") {
  const std::vector spots{spot({plain(0, 5), plain(4, 50), jump(8, 50, 4, 45), jump(12, 5, 0, 4)})};
  const auto loops = find_loops(spots);
  REQUIRE(loops.size() == 2);
  CHECK(loops[0].first == 4);
  CHECK(loops[0].instructions == 100);
  CHECK(loops[1].instructions == 10);
  const auto outer = listing_of(loops[1], spots, loops);
  REQUIRE(outer.size() == 2);
  CHECK(outer[0].address == 0);
  CHECK(outer[1].address == 12);
}

TEST_CASE("two jumps to one target are one loop, and a jump forwards or out of the function is none") {
  const std::vector spots{
      spot({jump(16, 3, 24, 3), plain(20, 7), jump(24, 7, 20, 3), jump(28, 4, 20, 3), jump(32, 1, 0, 1)})};
  const auto loops = find_loops(spots);
  REQUIRE(loops.size() == 1);
  CHECK(loops[0].last == 28);
  CHECK(loops[0].turns == 7);
  CHECK(find_loops({spot({})}).empty());
}

TEST_CASE("loops that overlap share no instruction: the smaller one has it") {
  // 0..12 and 8..20, neither inside the other.
  const std::vector spots{
      spot({plain(0, 2), plain(4, 2), plain(8, 9), jump(12, 9, 0, 1), plain(16, 9), jump(20, 9, 8, 8)})};
  const auto loops = find_loops(spots);
  REQUIRE(loops.size() == 2);
  double sum = 0;
  for (const auto& loop : loops) sum += loop.instructions;
  CHECK(sum == spots[0].instructions);
}

TEST_CASE("a jump back that most calls do not take makes no loop") {
  CHECK(find_loops({spot({plain(0, 1), jump(4, 1, 0, 0.5)})}).empty());
}

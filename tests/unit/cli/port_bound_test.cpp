// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/port_bound.h"

#include <catch2/catch.hpp>

#include "harness/core/error.h"

namespace assay::cli {

namespace {

/// A loop of these instructions, each executed `counts` times (of one count: all), from address 16 on.
Profile loop_of(const std::vector<std::string>& texts, const std::vector<double>& counts = {100}) {
  Profile profile;
  HotSpot spot;
  for (std::size_t i = 0; i < texts.size(); ++i)
    spot.listing.push_back({16 + i, counts[i % counts.size()], 0, 0, 0, texts[i]});
  spot.listing.back().target = 16;
  spot.listing.back().taken = 99;
  profile.hot_spots = {spot};
  profile.loops = find_loops(profile.hot_spots);
  return profile;
}

std::string reason_of(const Profile& profile) { return loop_code(profile.loops.at(0), profile).reason; }

std::string answer(const std::string& pressure, int total_cycles) {
  return R"({"CodeRegions": [{"Instructions": ["a", "b"], "ResourcePressureView": {"ResourcePressureInfo": [)" +
         pressure +
         R"(]}, "SummaryView": {"BlockRThroughput": 2, "DispatchWidth": 4, "Iterations": 100, "TotalCycles": )" +
         std::to_string(total_cycles) +
         R"(, "TotaluOps": 400}}], "TargetInfo": {"CPUName": "znver9", "Resources": ["P0", "P1.\u0001"]}})";
}

}  // namespace

TEST_CASE("A loop becomes assembly whose jumps lead to its beginning") {
  const Profile profile = loop_of({"vpaddd ymm0, ymm0, ymmword ptr [rdi + rax*4]", "je 0x99", "jne 0x10"});
  CHECK(loop_code(profile.loops.at(0), profile).assembly ==
        ".intel_syntax noprefix\nassay_turn:\nvpaddd ymm0, ymm0, ymmword ptr [rdi + rax*4]\nje assay_turn\n"
        "jne assay_turn\n");
}

TEST_CASE("A loop that is no straight line of known code has a reason in place of a model") {
  CHECK(reason_of(loop_of({"dec rax", "", "jne 0x10"})) == "its instructions are not disassembled");
  CHECK(reason_of(loop_of({"dec rax", "inc rbx", "jne 0x10"}, {100, 40, 100})) ==
        "not every turn executes all of its instructions");
  Profile outer = loop_of({"dec rax", "inc rbx", "jne 0x11", "jne 0x10"});
  outer.hot_spots[0].listing[2].target = 17;
  outer.hot_spots[0].listing[2].taken = 50;
  outer.loops = find_loops(outer.hot_spots);
  REQUIRE(outer.loops.size() == 2);
  const auto& whole = outer.loops[0].first == 16 ? outer.loops[0] : outer.loops[1];
  CHECK(loop_code(whole, outer).reason == "another loop is in it");
}

TEST_CASE("Text of a database that is no instruction does not reach the assembler") {
  for (const char* text :
       {".incbin \"/etc/passwd\"", "nop\n.include \"x\"", "label: nop", "nop; nop", "NOP", "nop # x"})
    CHECK(reason_of(loop_of({text, "jne 0x10"})) == "the model takes x86-64 code alone");
}

TEST_CASE("The limit is the busiest unit, or dispatch, or waiting where a turn takes longer than both") {
  const std::string busy = R"({"InstructionIndex": 2, "ResourceIndex": 1, "ResourceUsage": 2.0},
                              {"InstructionIndex": 2, "ResourceIndex": 0, "ResourceUsage": 0.5},
                              {"InstructionIndex": 0, "ResourceIndex": 0, "ResourceUsage": 9})";
  const std::string idle = R"({"InstructionIndex": 2, "ResourceIndex": 0, "ResourceUsage": 0.5})";
  const PortBound unit = read_port_bound(answer(busy, 205));
  CHECK(unit.cpu == "znver9");
  CHECK(unit.ports_cycles == 2);
  CHECK(unit.turn_cycles == Approx(2.05));
  CHECK(unit.limit == "unit P1");
  CHECK(read_port_bound(answer(idle, 205)).limit == "dispatch, 4 a cycle");
  CHECK(read_port_bound(answer(busy, 800)).limit == "results that wait for each other");
}

TEST_CASE("An answer of llvm-mca that is not as expected is an error") {
  for (const char* text : {"", "{}", "[]", R"({"CodeRegions": []})"})
    CHECK_THROWS_AS(read_port_bound(text), Error);
  CHECK_THROWS_AS(read_port_bound(answer("", 0)), Error);
}

}  // namespace assay::cli

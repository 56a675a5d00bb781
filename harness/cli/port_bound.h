// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/answers/profile.h"
#include "harness/core/run.h"

namespace assay::cli {

/// What llvm-mca's model of a CPU says of a loop: a model, not a measurement. It takes data from the
/// first-level cache and every branch as predicted.
struct PortBound {
  std::string cpu;          ///< as LLVM names the model: "znver3"
  double ports_cycles = 0;  ///< of a turn, at least, by execution units and dispatch (its Block RThroughput)
  double turn_cycles = 0;   ///< of a turn in its simulation of 100 turns: with waiting for results, too
  std::string limit;   ///< "the unit Zn3FPP1", "dispatch of 6 a cycle", "results that wait for each other"
  std::string reason;  ///< why there is none; then the others are not set
  std::string remedy;  ///< may be empty
};

/// The loop as the assembler's text that llvm-mca reads (Intel syntax; jumps lead to its beginning), or a
/// PortBound's `reason` where a straight line of code does not model it: another loop in it, an instruction
/// that not every turn executes, or that is not disassembled. Text that is no instruction goes no further (a
/// database from elsewhere names what it likes). Pure.
struct LoopCode {
  std::string assembly;
  std::string reason;
};
LoopCode loop_code(const HotLoop& loop, const Profile& profile);

/// What `llvm-mca --json` says. \throws Error{bad_input} on anything else. Pure.
PortBound read_port_bound(std::string_view json);

/// Of the first `most` loops, in their order. llvm-mca is started from PATH, with this machine's CPU: where
/// the run is another host's, all have that reason.
std::vector<PortBound> port_bounds(const Profile& profile, const Run& run, std::size_t most);

/// One sentence, where the hottest loop has a bound and half of the instructions or more; else "". Pure.
std::string port_finding(const Profile& profile, const std::vector<PortBound>& bounds);

/// A table of the loops with a bound, what it means, and why others have none; "" without loops.
std::string port_bounds_text(const Profile& profile, const std::vector<PortBound>& bounds, std::size_t width);

}  // namespace assay::cli

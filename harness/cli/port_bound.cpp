// SPDX-License-Identifier: Apache-2.0
// llvm-mca: llvm.org/docs/CommandGuide/llvm-mca.html. Its JSON is not specified; what LLVM 14 to 19 write is
// CodeRegions[].{SummaryView, ResourcePressureView, Instructions} and TargetInfo.
#include "harness/cli/port_bound.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/cli/format.h"
#include "harness/cli/table.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/environment.h"
#include "harness/run/worker.h"
#include "harness/transport/local/process.h"

namespace assay::cli {

namespace {

/// Of an instruction's share of turns: what callgrind's differences leave of whole counts.
constexpr double every_turn = 0.99;
/// Beyond this the simulated turn is longer than ports explain.
constexpr double waits_beyond = 1.1;

/// What Capstone writes for x86-64: a mnemonic, then operands. No directive, no second statement.
bool is_instruction(const std::string& text) {
  const auto known = [](unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0 ||
           std::string_view(" ,[]+-*:{}()").find(static_cast<char>(c)) != std::string_view::npos;
  };
  return !text.empty() && text.size() < 200 && std::islower(static_cast<unsigned char>(text[0])) != 0 &&
         std::all_of(text.begin(), text.end(), known) && text.find(':') > text.find(' ');
}

/// "jne 0x12ab" names an address of the object, which the assembler takes for none of its own.
std::string as_assembled(const std::string& text) {
  const auto space = text.find(' ');
  const bool to_address =
      space != std::string::npos && text.compare(space, 3, " 0x") == 0 && text.find(',') == std::string::npos;
  return to_address && text[0] == 'j' ? text.substr(0, space) + " assay_turn" : text;
}

PortBound none(std::string reason, std::string remedy = "") {
  PortBound bound;
  bound.reason = std::move(reason);
  bound.remedy = std::move(remedy);
  return bound;
}

PortBound ask_model(const std::string& assembly) {
  const assay::run::ScratchDirectory scratch;
  const std::string file = scratch.path() + "/loop.s";
  std::ofstream(file) << assembly;
  Command command;
  command.argv = {"llvm-mca", "-mcpu=native", "--json", file};
  command.environment = {{"LC_ALL", "C"}};
  std::string json, log;
  transport::Process process(command, {});
  try {
    const auto end = Channel::Clock::now() + std::chrono::seconds(10);
    while (json.size() < (64U << 20)) json += process.receive(end) + "\n";
  } catch (const Error& error) {
    if (error.code == ErrorCode::interrupted) throw;
    if (error.code == ErrorCode::timeout) return none("llvm-mca did not end within 10 s");
  }
  const auto exit = process.finish(std::chrono::milliseconds(1000));
  log = printable(process.log(), 300);
  if (exit.status != 0 || exit.forced)
    return none("llvm-mca failed (" + exit.describe() + "): " + log, "try another one: apt-get install llvm");
  return read_port_bound(json);
}

PortBound bound_of(const HotLoop& loop, const Profile& profile) {
  const LoopCode code = loop_code(loop, profile);
  if (!code.reason.empty()) return none(code.reason);
  try {
    return ask_model(code.assembly);
  } catch (const Error& error) {
    if (error.code == ErrorCode::interrupted) throw;
    return none(error.what(), error.remedy);
  }
}

}  // namespace

LoopCode loop_code(const HotLoop& loop, const Profile& profile) {
  const bool nested = std::any_of(profile.loops.begin(), profile.loops.end(), [&](const HotLoop& other) {
    return other.spot == loop.spot && (other.first != loop.first || other.last != loop.last) &&
           other.first >= loop.first && other.last <= loop.last;
  });
  if (nested) return {"", "another loop is in it"};
  LoopCode code{".intel_syntax noprefix\nassay_turn:\n", ""};
  for (const auto& i : listing_of(loop, profile.hot_spots, profile.loops)) {
    if (i.text.empty()) return {"", "its instructions are not disassembled"};
    if (std::abs(i.count - loop.turns) > (1 - every_turn) * loop.turns)
      return {"", "not every turn executes all of its instructions"};
    if (!is_instruction(i.text)) return {"", "the model takes x86-64 code alone"};
    code.assembly += as_assembled(i.text) + "\n";
  }
  return code;
}

PortBound read_port_bound(std::string_view json) {
  try {
    const auto document = nlohmann::json::parse(json);
    const auto& region = document.at("CodeRegions").at(0);
    const auto& summary = region.at("SummaryView");
    const auto& names = document.at("TargetInfo").at("Resources");
    PortBound bound;
    bound.cpu = document.at("TargetInfo").at("CPUName").get<std::string>();
    bound.ports_cycles = summary.at("BlockRThroughput").get<double>();
    bound.turn_cycles = summary.at("TotalCycles").get<double>() / summary.at("Iterations").get<double>();
    // The row behind the last instruction is that of a whole turn.
    const auto whole = region.at("Instructions").size();
    double busiest = 0;
    std::string unit;
    const auto& pressure = region.at("ResourcePressureView").at("ResourcePressureInfo");
    for (const auto& use : pressure) {
      if (use.at("InstructionIndex").get<std::size_t>() != whole ||
          use.at("ResourceUsage").get<double>() <= busiest)
        continue;
      busiest = use.at("ResourceUsage").get<double>();
      // LLVM 14 numbers alike units by a byte behind the dot: "Zn3Load.\1".
      unit = names.at(use.at("ResourceIndex").get<std::size_t>()).get<std::string>();
      unit = unit.substr(0, unit.find('.'));
    }
    const double dispatch = summary.at("TotaluOps").get<double>() / summary.at("Iterations").get<double>() /
                            summary.at("DispatchWidth").get<double>();
    if (!(bound.ports_cycles > 0) || !(bound.turn_cycles > 0) || !std::isfinite(bound.turn_cycles))
      throw std::runtime_error("no cycles");
    if (bound.turn_cycles > waits_beyond * std::max(bound.ports_cycles, busiest)) {
      bound.limit = "results that wait for each other";
    } else if (dispatch >= busiest || unit.empty()) {
      bound.limit = fmt::format("dispatch, {} a cycle", summary.at("DispatchWidth").get<int>());
    } else {
      bound.limit = "unit " + printable(unit, 40);
    }
    return bound;
  } catch (const std::exception& error) {
    throw Error(ErrorCode::bad_input,
                std::string("llvm-mca's JSON is not as expected: ") + printable(error.what(), 200),
                "apt-get install llvm brings one of version 14");
  }
}

std::vector<PortBound> port_bounds(const Profile& profile, const Run& run, std::size_t most) {
  const std::size_t count = std::min(most, profile.loops.size());
  if (count == 0) return {};
  if (run.host.name != assay::run::host_name())
    return std::vector<PortBound>(count,
                                  none("the model is of this machine's CPU, and the run is of another"));
  if (find_on_path("llvm-mca") == "llvm-mca")
    return std::vector<PortBound>(count, none("llvm-mca is not on PATH", "apt-get install llvm"));
  std::vector<PortBound> bounds;
  for (std::size_t i = 0; i < count; ++i) bounds.push_back(bound_of(profile.loops[i], profile));
  return bounds;
}

std::string port_finding(const Profile& profile, const std::vector<PortBound>& bounds) {
  if (bounds.empty() || !bounds[0].reason.empty() || profile.instructions <= 0) return "";
  constexpr double most_of_it = 0.5;
  constexpr double nearly_all = 0.9;
  const HotLoop& loop = profile.loops[0];
  const double share = loop.instructions / profile.instructions;
  if (share < most_of_it) return "";
  std::string text = fmt::format(
      "By llvm-mca's model of {} (a model, not a measurement) a turn of its hottest loop takes {:.2f} "
      "cycles, "
      "limited by {}",
      bounds[0].cpu, bounds[0].turn_cycles, bounds[0].limit);
  const auto per_cycle = std::find_if(profile.derived.begin(), profile.derived.end(), [](const auto& metric) {
    return metric.id == "profile.instructions_per_cycle";
  });
  if (share >= nearly_all && per_cycle != profile.derived.end() && per_cycle->value && *per_cycle->value > 0)
    text += fmt::format("; measured were {:.2f}, with what is around it",
                        profile.instructions / *per_cycle->value / loop.turns);
  return text + ".";
}

std::string port_bounds_text(const Profile& profile, const std::vector<PortBound>& bounds,
                             std::size_t width) {
  Table table({{"loop", true, 9},
               {"turns", true, 6},
               {"cycles, by ports", true, 9},
               {"cycles, simulated", true, 8},
               {"limited by", false, 7}});
  std::map<std::string, std::string> absent;  // reason: loops
  std::string cpu;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const PortBound& bound = bounds[i];
    const std::string name = std::to_string(i + 1);
    if (!bound.reason.empty()) {
      std::string& loops = absent[bound.reason + (bound.remedy.empty() ? "" : ": " + bound.remedy)];
      loops += (loops.empty() ? "" : ", ") + name;
      continue;
    }
    cpu = bound.cpu;
    table.add({name, grouped(profile.loops[i].turns), fmt::format("{:.2f}", bound.ports_cycles),
               fmt::format("{:.2f}", bound.turn_cycles), bound.limit});
  }
  std::string text;
  if (!table.empty())
    text = table.text(width) +
           fmt::format(
               "By llvm-mca's model of {}, a model and not a measurement: cycles of a turn, with data in the "
               "first-level cache.\n",
               printable(cpu, 40));
  for (const auto& [reason, loops] : absent)
    text += printable(fmt::format("No model of loop {}: {}", loops, reason), 1000) + "\n";
  return text;
}

}  // namespace assay::cli

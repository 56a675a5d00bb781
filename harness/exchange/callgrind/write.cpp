// SPDX-License-Identifier: Apache-2.0
// "Callgrind Format Specification" in the valgrind manual: positions by instruction and line, one event.
#include <cmath>
#include <cstdio>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/exchange/launches.h"

namespace assay {

namespace {

/// A name ends with its line.
std::string one_line(const std::string& text) {
  return text.empty() ? "???" : printable(text, text.size() + 1);
}

std::string hex(std::uint64_t address) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(address));
  return text;
}

}  // namespace

std::string to_callgrind(const LaunchDocument& document) {
  const CaseLaunches* of = nullptr;
  const Launch* counted = nullptr;
  for (const auto& one : document.cases) {
    for (const auto& launch : one.launches) {
      if (launch.hot_spots.empty()) continue;
      if (of != nullptr && of != &one)
        throw Error(ErrorCode::usage,
                    "several cases have hot spots, and callgrind's format would add them up",
                    "name one with --select");
      of = &one;
      counted = &launch;
    }
  }
  if (counted == nullptr)
    throw Error(ErrorCode::unavailable, "no launch of the run has hot spots",
                "measure with 'assay profile', or --collect callgrind:hot_spots");
  std::string text =
      "# callgrind format\nversion: 1\ncreator: assay\ndesc: Trigger: " + one_line(of->case_key) +
      "\npositions: instr line\nevents: Ir\n";
  for (const auto& spot : counted->hot_spots) {
    text += "\nob=" + one_line(spot.object) + "\nfl=" + one_line(spot.source) +
            "\nfn=" + one_line(spot.function) + "\n";
    for (const auto& i : spot.listing)
      text +=
          hex(i.address) + " " + std::to_string(i.line) + " " + std::to_string(std::llround(i.count)) + "\n";
  }
  return text;
}

}  // namespace assay

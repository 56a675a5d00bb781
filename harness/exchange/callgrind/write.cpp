// SPDX-License-Identifier: Apache-2.0
// "Callgrind Format Specification" in the valgrind manual: positions by instruction and line, one event.
#include <cmath>
#include <cstdio>

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
  std::string text = "# callgrind format\nversion: 1\ncreator: assay\npositions: instr line\nevents: Ir\n";
  int part = 0;
  for (const auto& one : document.cases) {
    for (const auto& launch : one.launches) {
      if (launch.hot_spots.empty()) continue;
      text += "\npart: " + std::to_string(++part) + "\ndesc: Trigger: " + one_line(one.case_key) + "\n";
      for (const auto& spot : launch.hot_spots) {
        text += "\nob=" + one_line(spot.object) + "\nfl=" + one_line(spot.source) +
                "\nfn=" + one_line(spot.function) + "\n";
        for (const auto& i : spot.listing)
          text += hex(i.address) + " " + std::to_string(i.line) + " " +
                  std::to_string(std::llround(i.count)) + "\n";
      }
    }
  }
  return text;
}

}  // namespace assay

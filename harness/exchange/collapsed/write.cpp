// SPDX-License-Identifier: Apache-2.0
// Collapsed stacks, as FlameGraph and speedscope read them: frames between ';', a space, a whole count.
#include <algorithm>
#include <cmath>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/exchange/launches.h"

namespace assay {

namespace {

std::string frame(const std::string& text) {
  std::string name = text.empty() ? "???" : printable(text, text.size() + 1);
  std::replace(name.begin(), name.end(), ';', ':');
  return name;
}

}  // namespace

std::string to_collapsed(const LaunchDocument& document) {
  std::string text;
  for (const auto& one : document.cases) {
    for (const auto& launch : one.launches) {
      for (const auto& spot : launch.hot_spots) {
        text += frame(one.case_key) + ";" + frame(spot.object) + ";" + frame(spot.function) + " " +
                std::to_string(std::llround(spot.instructions)) + "\n";
      }
    }
  }
  if (text.empty()) {
    throw Error(ErrorCode::unavailable, "no launch of the run has hot spots",
                "measure with 'assay profile', or --collect callgrind:hot_spots");
  }
  return text;
}

}  // namespace assay

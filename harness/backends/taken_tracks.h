// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <utility>
#include <vector>

#include "harness/core/sample.h"

namespace assay {

/// What these tracks hold, without those that hold nothing; they keep their names and are empty then.
inline std::vector<Track> taken(std::initializer_list<Track*> tracks) {
  std::vector<Track> filled;
  for (Track* track : tracks) {
    if (track->value.empty()) continue;
    filled.push_back({track->metric, track->unit, {}, {}});
    std::swap(filled.back().offset_ns, track->offset_ns);
    std::swap(filled.back().value, track->value);
  }
  return filled;
}

}  // namespace assay

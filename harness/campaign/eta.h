// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace assay::campaign {

/// What is known of one host's time.
struct HostTime {
  bool done = false;
  bool waiting = false;          ///< for its turn: how long nobody can know
  double spent_s = 0;            ///< since it began to run
  std::optional<double> left_s;  ///< as it says itself
};

struct Eta {
  double seconds = 0;
  bool at_least = false;  ///< some host has not had its turn
};

/// How long until the last host is done. Hosts run side by side, so the slowest counts; one that has not said
/// anything yet will take as long as the longest of those that have, or are done. Empty while none has. Pure.
std::optional<Eta> campaign_eta(const std::vector<HostTime>& hosts);

/// The seconds that a line of `assay run`'s progress has left: "3 of 12 launches done, about 01:40 left".
/// Pure.
std::optional<double> seconds_left(const std::string& line);

}  // namespace assay::campaign

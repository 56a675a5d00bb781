// SPDX-License-Identifier: Apache-2.0
#include "harness/run/collecting.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::run {

std::string collector_name(const std::string& asked) { return asked.substr(0, asked.find(':')); }

Collecting collecting_for(const WorkerInfo& worker, const std::vector<std::string>& collectors) {
  Collecting result;
  const auto& offers = worker.hello.collectors;
  for (const auto& asked : collectors) {
    const std::string name = collector_name(asked);
    const auto offer =
        std::find_if(offers.begin(), offers.end(), [&](const auto& row) { return row.name == name; });
    if (offer != offers.end() && offer->probe.available) {
      result.asked.push_back(asked);
      continue;
    }
    const std::string reason = offer == offers.end()
                                   ? fmt::format("worker '{}' has no collector '{}'", worker.spec.id, name)
                                   : offer->probe.reason;
    result.absent.push_back({name, std::nullopt, "", ReadingState::unsupported, 0, reason});
  }
  return result;
}

void set_directions(std::vector<Reading>& readings, const std::vector<Metric>& declared) {
  for (auto& reading : readings) {
    for (const auto& metric : declared) {
      if (metric.id == reading.metric) reading.better = metric.better;
    }
  }
}

}  // namespace assay::run

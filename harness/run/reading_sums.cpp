// SPDX-License-Identifier: Apache-2.0
#include "harness/run/reading_sums.h"

#include <algorithm>
#include <set>
#include <string>

namespace assay::run {

Over ReadingSums::over(const Reading& reading) const {
  const auto declared = std::find_if(declared_.begin(), declared_.end(),
                                     [&](const Metric& metric) { return metric.id == reading.metric; });
  return over_of(declared != declared_.end() ? *declared : Metric{reading.metric, reading.unit});
}

void ReadingSums::add(std::vector<Reading> readings, double calls) {
  std::set<std::string> taken;
  for (auto& reading : readings) {
    if (!taken.insert(reading.metric).second) continue;
    // Frequencies and ratios do not add up: weighted by the chunk's calls, they become a mean at the end.
    if (reading.value && over(reading) == Over::mean) *reading.value *= calls;
    const auto found = std::find_if(sums_.begin(), sums_.end(),
                                    [&](const Sum& sum) { return sum.reading.metric == reading.metric; });
    if (found == sums_.end()) {
      sums_.push_back({std::move(reading), calls});
      continue;
    }
    found->calls += calls;
    Reading* const known = &found->reading;
    if (known->value && reading.value) {
      *known->value = over(reading) == Over::highest ? std::max(*known->value, *reading.value)
                                                     : *known->value + *reading.value;
      known->coverage = std::min(known->coverage, reading.coverage);
      if (reading.state == ReadingState::scaled) known->state = ReadingState::scaled;
    } else if (known->value) {
      *known = std::move(reading);  // one chunk without a value makes the sum unknown, and says why
    }
  }
}

std::vector<Reading> ReadingSums::per_call() const {
  std::vector<Reading> readings;
  for (const auto& [reading, calls] : sums_) {
    readings.push_back(reading);
    if (reading.value && calls > 0 && over(reading) != Over::highest) *readings.back().value /= calls;
  }
  return readings;
}

}  // namespace assay::run

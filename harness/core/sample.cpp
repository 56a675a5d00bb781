// SPDX-License-Identifier: Apache-2.0
#include "harness/core/sample.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace assay {

std::vector<double> call_times_ns(const Samples& samples, std::size_t first) {
  const auto& from = samples.scheduled_ns.empty() ? samples.start_ns : samples.scheduled_ns;
  const auto calls = static_cast<double>(std::max<std::int64_t>(samples.batch, 1));
  std::vector<double> times;
  times.reserve(samples.size() - std::min(first, samples.size()));
  for (std::size_t i = first; i < samples.size(); ++i) {
    times.push_back((static_cast<double>(samples.end_ns[i]) - static_cast<double>(from[i])) / calls);
  }
  return times;
}

std::vector<double> steady_values(const Track& track, const Samples& samples) {
  const bool warm = samples.warmup > 0 && samples.warmup < samples.size();
  const std::int64_t from =
      warm ? samples.start_ns[samples.warmup] : std::numeric_limits<std::int64_t>::min();
  std::vector<double> values;
  for (std::size_t i = 0; i < track.value.size(); ++i) {
    if (std::isfinite(track.value[i]) && track.offset_ns[i] >= from) values.push_back(track.value[i]);
  }
  return values;
}

}  // namespace assay

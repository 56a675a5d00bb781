// SPDX-License-Identifier: Apache-2.0
#include "harness/run/clock_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"

namespace assay::run {

double fastest_ns(const Samples& samples) {
  const auto calls = call_times_ns(samples, 0);
  return std::max(1.0, *std::min_element(calls.begin(), calls.end()));
}

std::int64_t shortest_ns(const Samples& samples) {
  std::int64_t shortest = INT64_MAX;
  for (std::size_t i = 0; i < samples.size(); ++i)
    shortest = std::min(shortest, samples.end_ns[i] - samples.start_ns[i]);
  return shortest;
}

void check_clock(const Samples& samples, const measure::Clock& clock) {
  const auto calls = call_times_ns(samples, samples.warmup);
  const auto zero = std::count_if(calls.begin(), calls.end(), [](double ns) { return ns <= 0; });
  if (zero == 0 || 2 * static_cast<std::size_t>(zero) < calls.size()) return;
  throw Error(
      ErrorCode::false_times,
      fmt::format("measure: {} of {} samples of {} calls take 0 ns: its clock is coarser than the {:g} ns "
                  "of its hello, or stands still",
                  zero, calls.size(), samples.batch, clock.resolution_ns));
}

void check_open_loop(const Samples& open, const Samples& closed, const measure::Clock& clock) {
  constexpr std::int64_t least_share = 4;
  const auto service = [](const Samples& samples) {
    std::vector<std::int64_t> ns;
    for (std::size_t i = 0; i < samples.size(); ++i) ns.push_back(samples.end_ns[i] - samples.start_ns[i]);
    std::sort(ns.begin(), ns.end());
    return ns;
  };
  const auto waited = service(open);
  const auto pressed = service(closed);
  if (waited.empty() || pressed.empty()) return;
  const std::int64_t median = waited[waited.size() / 2];
  const auto readable = static_cast<double>(pressed.front()) > 10 * (clock.resolution_ns + clock.cost_ns);
  if (!readable || least_share * median >= pressed.front()) return;
  throw Error(
      ErrorCode::false_times,
      fmt::format("measure: the times are not those of the calls: in the open loop a call takes {} ns "
                  "from its start to its end, back to back at least {} ns",
                  median, pressed.front()),
      "between start and end of a sample run the whole call, with a schedule as without");
}

}  // namespace assay::run

// SPDX-License-Identifier: Apache-2.0
#include "harness/run/clock_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "harness/core/error.h"
#include "harness/core/launch_rules.h"

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

double median_call_ns(const Samples& samples) {
  auto calls = call_times_ns(samples, samples.warmup);
  if (calls.empty()) return 0;
  const auto middle = calls.begin() + static_cast<std::ptrdiff_t>(calls.size() / 2);
  std::nth_element(calls.begin(), middle, calls.end());
  return *middle;
}

double mean_call_ns(const Samples& samples) {
  const auto calls = call_times_ns(samples, samples.warmup);
  if (calls.empty()) return 0;
  return std::accumulate(calls.begin(), calls.end(), 0.0) / static_cast<double>(calls.size());
}

bool is_readable(double owed_ns, const measure::Clock& clock) {
  constexpr double steps = 20;
  constexpr double request_ns = 2e6;  // of a slow worker on a busy machine
  return owed_ns > steps * clock.resolution_ns + request_ns;
}

void check_clock(const Samples& samples, const measure::Clock& clock, double owed_ns) {
  const std::size_t zero = too_many_of_0_ns(samples);
  if (zero == 0) return;
  const std::string seen = fmt::format("measure: {} of {} samples of {} calls take 0 ns: ", zero,
                                       samples.size() - samples.warmup, samples.batch);
  if (is_readable(owed_ns, clock)) {
    throw Error(ErrorCode::false_times,
                fmt::format("{}its clock is coarser than the {:g} ns of its hello, or stands still", seen,
                            clock.resolution_ns));
  }
  throw Error(ErrorCode::unavailable,
              fmt::format("{}they are too short for its clock, which has steps of {:g} ns", seen,
                          clock.resolution_ns),
              "give the worker a finer clock, or measure a larger case, or without cache=cold");
}

std::string open_loop_differs(const Samples& open, const Samples& closed, const measure::Clock& clock) {
  constexpr std::int64_t least_share = 4;
  const auto service = [](const Samples& samples) {
    std::vector<std::int64_t> ns;
    for (std::size_t i = 0; i < samples.size(); ++i) ns.push_back(samples.end_ns[i] - samples.start_ns[i]);
    std::sort(ns.begin(), ns.end());
    return ns;
  };
  const auto waited = service(open);
  const auto pressed = service(closed);
  if (waited.empty() || pressed.empty()) return "";
  const std::int64_t median = waited[waited.size() / 2];
  const auto readable = static_cast<double>(pressed.front()) > 10 * (clock.resolution_ns + clock.cost_ns);
  if (!readable || least_share * median >= pressed.front()) return "";
  return fmt::format(
      "in the open loop a call takes {} ns from its start to its end, back to back at least {} ns", median,
      pressed.front());
}

}  // namespace assay::run

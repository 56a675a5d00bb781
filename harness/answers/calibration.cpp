// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/calibration.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "harness/store/calibrations.h"

namespace assay {

namespace {

constexpr const char* time_metric = "time.wall.p50";

struct Half {
  double value_ns = 0;
  std::optional<double> cycles{};
};

std::optional<double> reading_of(const Launch& launch, const std::string& metric) {
  for (const auto& reading : launch.readings) {
    if (reading.metric == metric) return reading.value;
  }
  return std::nullopt;
}

std::optional<Half> half_of(const LaunchSummary& summary) {
  const Launch& launch = summary.launch;
  if (launch.status != Status::ok || !summary.call || !(summary.call->median_ns > 0)) return std::nullopt;
  Half half{summary.call->median_ns, call_cycles(launch)};
  if (half.cycles && !(*half.cycles > 0)) half.cycles.reset();
  return half;
}

}  // namespace

std::optional<double> call_cycles(const Launch& launch) {
  constexpr double waiting = 0.01;
  const auto waited = reading_of(launch, "host.run_queue_wait");
  if (launch.threads != 1 || !waited || *waited > waiting) return std::nullopt;
  return reading_of(launch, "perf.cycles");
}

std::vector<SelfCompared> self_compared(const Run& run, const std::vector<LaunchSummary>& launches,
                                        int sessions) {
  struct Halves {
    std::optional<Half> base, candidate;
  };
  std::map<std::tuple<std::int64_t, int, int>, Halves> pairs;  // ordinal, session, pair
  for (const LaunchSummary& summary : launches) {
    if (summary.launch.lane != "timing") continue;
    const auto place = CalibrationPlace::of(summary.launch.index);
    Halves& halves = pairs[{summary.launch.case_ordinal, place.session, place.pair}];
    (place.candidate ? halves.candidate : halves.base) = half_of(summary);
  }
  std::map<std::int64_t, SelfCompared> cases;
  for (const PlannedCase& planned : run.plan) {
    SelfCompared& one = cases[planned.ordinal];
    one.key = to_string(planned.value);
    one.sessions.resize(static_cast<std::size_t>(sessions));
  }
  for (const auto& [place, halves] : pairs) {
    const auto [ordinal, session, pair] = place;
    const auto found = cases.find(ordinal);
    if (found == cases.end() || session >= sessions || !halves.base || !halves.candidate) continue;
    found->second.sessions[static_cast<std::size_t>(session)].push_back(
        {halves.base->value_ns, halves.candidate->value_ns, halves.base->cycles, halves.candidate->cycles});
  }
  std::vector<SelfCompared> in_order;
  for (const PlannedCase& planned : run.plan) in_order.push_back(cases.at(planned.ordinal));
  return in_order;
}

std::vector<Calibration> known_calibrations(const Store& store, const std::string& host_class_id) {
  auto known = load_calibrations(store, host_class_id);
  std::erase_if(known, [](const Calibration& one) {
    return one.judge != paired_judge_version || one.metric != time_metric;
  });
  return known;
}

const Calibration* find_calibration(const std::vector<Calibration>& known, const std::string& case_key) {
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const Calibration& one) { return one.case_key == case_key; });
  return found == known.end() ? nullptr : &*found;
}

}  // namespace assay

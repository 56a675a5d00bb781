// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/profile_difference.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/answers/roof.h"

namespace assay {

namespace {

/// Below it, noise is a larger part of the difference than any factor.
constexpr double least_difference = 0.01;
constexpr std::size_t most_functions = 8;

std::optional<double> value_of(const Profile& profile, const std::string& id) {
  const MetricValue* metric = find_metric(profile.row, id);
  return metric == nullptr || !metric->value || *metric->value <= 0 ? std::nullopt : metric->value;
}

/// Is what was counted what was timed?
bool counts_apply(const Profile& profile) {
  const auto found =
      std::find_if(profile.derived.begin(), profile.derived.end(),
                   [](const MetricValue& metric) { return metric.id == "profile.instructions_per_cycle"; });
  return found != profile.derived.end() && found->value.has_value();
}

bool intervals_apart(const Profile& base, double base_units, const Profile& other, double other_units) {
  const MetricValue* a = find_metric(base.row, "time.wall.p50");
  const MetricValue* b = find_metric(other.row, "time.wall.p50");
  if (a == nullptr || b == nullptr || !a->ci_low || !a->ci_high || !b->ci_low || !b->ci_high) return false;
  return *a->ci_high / base_units < *b->ci_low / other_units ||
         *b->ci_high / other_units < *a->ci_low / base_units;
}

/// None where a side has no hot spots: that a function is not among them says nothing then.
std::vector<FunctionChange> function_changes(const Profile& base, double base_units, const Profile& other,
                                             double other_units) {
  std::vector<FunctionChange> changes;
  if (base.hot_spots.empty() || other.hot_spots.empty()) return changes;
  std::map<std::string, FunctionChange> by_name;
  const auto add = [](std::optional<double>& sum, double more) { sum = sum.value_or(0) + more; };
  for (const auto& spot : base.hot_spots) add(by_name[spot.function].base, spot.instructions / base_units);
  for (const auto& spot : other.hot_spots) add(by_name[spot.function].other, spot.instructions / other_units);
  for (auto& [name, change] : by_name) {
    change.function = name;
    if (change.base != change.other) changes.push_back(change);
  }
  const auto size = [](const FunctionChange& c) {
    return std::abs(c.other.value_or(0) - c.base.value_or(0));
  };
  std::stable_sort(changes.begin(), changes.end(),
                   [&](const auto& a, const auto& b) { return size(a) > size(b); });
  changes.resize(std::min(changes.size(), most_functions));
  return changes;
}

}  // namespace

ProfileDifference explain_difference(const Profile& base, const Profile& other) {
  ProfileDifference difference;
  const bool same_task =
      base.row.value.workload == other.row.value.workload && base.row.unit_of_work == other.row.unit_of_work;
  const bool by_unit = same_task && base.row.work.units != other.row.work.units;
  const double base_units = by_unit ? base.row.work.units : 1;
  const double other_units = by_unit ? other.row.work.units : 1;
  difference.per = by_unit ? other.row.unit_of_work : "call";
  difference.functions = function_changes(base, base_units, other, other_units);
  const auto base_ns = value_of(base, "time.wall.p50");
  const auto other_ns = value_of(other, "time.wall.p50");
  if (!base_ns || !other_ns) {
    difference.caution = "one of the two has no time";
    return difference;
  }
  const double base_time = *base_ns / base_units;
  const double other_time = *other_ns / other_units;
  difference.ratio = base_time / other_time;
  difference.apart = intervals_apart(base, base_units, other, other_units);
  if (!same_task)
    difference.caution = "the two are different workloads, whose calls are no two ways to do one thing";
  if (answers_detail::is_open_loop(base.row) || answers_detail::is_open_loop(other.row)) {
    difference.caution = "an open loop's latency holds waiting: it is no product of instructions and clock";
    return difference;
  }
  const double whole = std::log(other_time / base_time);
  const auto add = [&](const char* what, double from, double to, double sign) {
    Factor factor{what, from, to, std::nullopt};
    if (difference.apart && std::abs(whole) >= std::log(1 + least_difference))
      factor.share = sign * std::log(to / from) / whole;
    difference.factors.push_back(std::move(factor));
  };
  const auto base_hz = value_of(base, "clock.core");
  const auto other_hz = value_of(other, "clock.core");
  const auto base_count = value_of(base, "callgrind.instructions");
  const auto other_count = value_of(other, "callgrind.instructions");
  if (!base_hz || !other_hz) {
    difference.caution = "the clock was not measured on both sides";
    return difference;
  }
  add("clock", *base_hz, *other_hz, -1);
  const double base_cycles = base_time * 1e-9 * *base_hz;
  const double other_cycles = other_time * 1e-9 * *other_hz;
  if (base_count && other_count && counts_apply(base) && counts_apply(other)) {
    const double base_instructions = *base_count / base_units;
    const double other_instructions = *other_count / other_units;
    add("instructions", base_instructions, other_instructions, 1);
    add("cycles per instruction", base_cycles / base_instructions, other_cycles / other_instructions, 1);
  } else {
    add("cycles", base_cycles, other_cycles, 1);
    if (difference.caution.empty())
      difference.caution =
          "cycles are not told apart into instructions and cycles per instruction: that takes exact counts "
          "of the path that was timed, of one thread";
  }
  std::stable_sort(difference.factors.begin(), difference.factors.end(), [](const auto& a, const auto& b) {
    return std::abs(a.share.value_or(0)) > std::abs(b.share.value_or(0));
  });
  return difference;
}

}  // namespace assay

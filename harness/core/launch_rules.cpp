// SPDX-License-Identifier: Apache-2.0
#include "harness/core/launch_rules.h"

#include <algorithm>
#include <cmath>

#include "harness/core/value.h"

namespace assay {

namespace {

constexpr std::int64_t max_time_ns = std::int64_t{1} << 62;
constexpr double max_work = 1e30;  ///< as a worker may tell (harness/protocol)

struct Figure {
  double Work::*of;
  const char* name;
};
constexpr Figure figures[] = {
    {&Work::units, "units"}, {&Work::operations, "operations"}, {&Work::minimum_bytes, "minimum_bytes"}};

std::string claim_problem(const Launch& launch) {
  if (launch.verified == false) return "its status is ok, and its result was found wrong (verified is false)";
  for (const auto& [of, name] : figures) {
    const double value = launch.work.*of;
    const bool possible = std::isfinite(value) && value >= 0 && value <= max_work;
    if (!possible || (of == &Work::units && value == 0))
      return std::string("the ") + name + " of a call are " + shortest(value);
  }
  return times_problem(launch.samples, launch.lane);
}

std::string difference(const Launch& first, const Launch& launch) {
  const auto differs = [&](const std::string& what, const std::string& ours, const std::string& other) {
    return "its " + what + " " + ours + ", that of launch " + first.id + " " + other;
  };
  if (first.unit_of_work != launch.unit_of_work)
    return differs("unit of work is", "'" + launch.unit_of_work + "'", "'" + first.unit_of_work + "'");
  for (const auto& [of, name] : figures) {
    const double ours = launch.work.*of;
    const double other = first.work.*of;
    if (!same_figure(ours, other))
      return differs(std::string("work of a call is ") + name, shortest(ours), shortest(other));
  }
  if (first.accuracy != launch.accuracy)
    return differs("accuracy is", "'" + launch.accuracy + "'", "'" + first.accuracy + "'");
  if (first.verified.has_value() != launch.verified.has_value())
    return differs("result was", launch.verified ? "verified" : "not verified",
                   first.verified ? "was" : "was not");
  if (!launch.verified) return "";
  const auto contradict = [](const std::string& a, const std::string& b) {
    return !a.empty() && !b.empty() && a != b;
  };
  if (contradict(first.input_digest, launch.input_digest))
    return differs("input has the digest", launch.input_digest, first.input_digest);
  if (launch.accuracy == "exact" && contradict(first.output_digest, launch.output_digest))
    return differs("result has the digest", launch.output_digest, first.output_digest);
  return "";
}

/// Counts are finite and not below 0, lines too, addresses ascend.
std::string hot_spots_problem(const std::vector<HotSpot>& spots) {
  constexpr double most = 1e18;  // a call of thirty years
  const auto count = [](double value) { return value >= 0 && value <= most; };
  for (const auto& spot : spots) {
    const auto bad = [&](const std::string& what) {
      return "its hot spot " + spot.function + " has " + what;
    };
    if (!count(spot.instructions)) return bad("a number of instructions that is none");
    const HotInstruction* before = nullptr;
    for (const auto& i : spot.listing) {
      if (!count(i.count) || !count(i.taken) || i.line < 0) return bad("a count or line that is none");
      if (before != nullptr && i.address <= before->address) return bad("addresses out of order");
      before = &i;
    }
  }
  return "";
}

}  // namespace

bool same_figure(double ours, double other) { return std::abs(ours - other) <= 1e-9 * std::abs(other); }

std::size_t too_many_of_0_ns(const Samples& samples) {
  const auto calls = call_times_ns(samples, samples.warmup);
  const auto none = std::count_if(calls.begin(), calls.end(), [](double ns) { return ns <= 0; });
  return 2 * static_cast<std::size_t>(none) >= calls.size() ? static_cast<std::size_t>(none) : 0;
}

std::string times_problem(const Samples& samples, const std::string& lane) {
  const auto sample = [](std::size_t i) { return "sample " + std::to_string(i); };
  const auto other_length = [&](const std::vector<std::int64_t>& list) {
    return list.size() != samples.size();
  };
  if (other_length(samples.end_ns) || (!samples.scheduled_ns.empty() && other_length(samples.scheduled_ns)))
    return std::to_string(samples.size()) + " samples have " + std::to_string(samples.end_ns.size()) +
           " ends and " + std::to_string(samples.scheduled_ns.size()) + " scheduled instants";
  std::int64_t before = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::int64_t start = samples.start_ns[i];
    const std::int64_t end = samples.end_ns[i];
    if (start < 0 || end < 0 || end > max_time_ns)
      return sample(i) + " lies at " + std::to_string(start) + " to " + std::to_string(end) + " ns";
    if (end < start) return sample(i) + " ends " + std::to_string(start - end) + " ns before it starts";
    if (start < before)
      return sample(i) + " starts " + std::to_string(before - start) + " ns before the one before it ends";
    if (!samples.scheduled_ns.empty() && samples.scheduled_ns[i] > start)
      return sample(i) + " starts before it is due";
    before = end;
  }
  if (lane != "timing") return "";  // one call each, for a tool to count
  const std::size_t none = too_many_of_0_ns(samples);
  if (none == 0) return "";
  const std::size_t steady = samples.size() - samples.warmup;
  return std::to_string(none) + " of " + std::to_string(steady) + " steady samples take 0 ns";
}

std::string LaunchRules::problem(const Launch& launch) {
  if (const std::string wrong = hot_spots_problem(launch.hot_spots); !wrong.empty()) return wrong;
  if (launch.status != Status::ok) return "";
  std::string wrong = claim_problem(launch);
  if (!wrong.empty()) return wrong;
  const auto key = std::pair(launch.case_ordinal, launch.subject);
  const auto first = first_.find(key);
  if (first != first_.end()) return difference(first->second, launch);
  Launch facts;
  facts.id = launch.id;
  facts.verified = launch.verified;
  facts.work = launch.work;
  facts.unit_of_work = launch.unit_of_work;
  facts.accuracy = launch.accuracy;
  facts.input_digest = launch.input_digest;
  facts.output_digest = launch.output_digest;
  first_.emplace(key, std::move(facts));
  return "";
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/roof.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include "harness/answers/metrics.h"

namespace assay::answers_detail {

namespace {

constexpr double highest_share = 1.05;
constexpr double ns_per_s = 1e9;
/// Levels of the memory hierarchy lie about this far apart, in octaves of their size.
constexpr double farthest_level = 3;
/// Instructions for int8 dot products do up to four times the operations of f32 ones of the same width.
constexpr double int8_dot_over_f32 = 4;

std::string text_param(const ResultRow& row, const std::string& key) {
  const auto found = row.params.find(key);
  return found == row.params.end() ? std::string() : to_string(found->second);
}

std::int64_t integer_param(const ResultRow& row, const std::string& key) {
  const auto found = row.params.find(key);
  if (found == row.params.end()) return 0;
  const auto* value = std::get_if<std::int64_t>(&found->second);
  return value == nullptr ? 0 : *value;
}

double octaves_between(std::int64_t level, double bytes) {
  return std::abs(std::log2(static_cast<double>(level)) - std::log2(std::max(bytes, 1.0)));
}

/// The level whose size is nearest to \p bytes, in octaves.
std::map<std::int64_t, double>::const_iterator nearest(const std::map<std::int64_t, double>& levels,
                                                       double bytes) {
  return std::min_element(levels.begin(), levels.end(), [&](const auto& a, const auto& b) {
    return octaves_between(a.first, bytes) < octaves_between(b.first, bytes);
  });
}

/// How much memory one call touches: never more than it holds, however often it reads that (llm.decode reads
/// its weights for every token), nor more than it moves.
double touched_bytes(const ResultRow& row) {
  const auto held = static_cast<double>(row.resident_bytes);
  return held > 0 ? std::min(held, row.work.minimum_bytes) : row.work.minimum_bytes;
}

/// More threads can do what fewer did: a roof that they made slower (short arrays, which cost less to read
/// than to share out) is no limit. Places are in order of devices, then of threads.
void raise_to_fewer_threads(Ceilings& ceilings) {
  Ceiling best;
  const std::string* device = nullptr;
  const auto raise = [](auto& rates, auto& so_far) {
    for (auto& [key, rate] : rates) {
      double& known = so_far[key];
      known = rate = std::max(rate, known);
    }
  };
  for (auto& [place, ceiling] : ceilings) {
    if (device == nullptr || *device != place.first) best = {};
    device = &place.first;
    raise(ceiling.memory, best.memory);
    raise(ceiling.operations, best.operations);
  }
}

/// What is not f64 (f32, or blocks of small integers) is held against f32.
std::string float_type(const ResultRow& row) { return text_param(row, "dtype") == "f64" ? "f64" : "f32"; }

bool on_cpu(const ResultRow& row) { return row.value.device == "cpu"; }

std::pair<std::string, int> place_of(const ResultRow& row) {
  return {row.value.device, on_cpu(row) ? row.threads : 0};
}

/// By the device's own clock where it has one.
const MetricValue* time_of(const ResultRow& row) {
  const MetricValue* own = on_cpu(row) ? nullptr : find_metric(row, "time.device.p50");
  return own != nullptr ? own : find_metric(row, "time.wall.p50");
}

bool is_bandwidth(const ResultRow& row) {
  if (row.value.workload != "roof.mem") return false;
  const std::string kind = text_param(row, "kind");
  return kind == "load" || (!on_cpu(row) && (kind == "copy" || kind == "triad"));
}

/// The type whose peak a roof row measures; empty for another row.
std::string peak_type(const ResultRow& row) {
  if (row.value.workload == "roof.fma") return float_type(row);
  return row.value.workload == "roof.dot" ? text_param(row, "dtype") : std::string();
}

bool is_cold(const ResultRow& row) { return text_param(row, "cache") == "cold"; }

}  // namespace

bool is_open_loop(const ResultRow& row) { return text_param(row, "load").starts_with("open:"); }

bool is_plain_roof(const ResultRow& row) {
  return row.value.workload.starts_with("roof.") && !is_open_loop(row) && !(on_cpu(row) && is_cold(row));
}

Ceilings find_ceilings(const std::vector<ResultRow>& rows) {
  Ceilings ceilings;
  for (const ResultRow& row : rows) {
    const bool memory = is_bandwidth(row);
    const std::string type = peak_type(row);
    if (row.status != Status::ok || (!memory && type.empty()) || !is_plain_roof(row)) continue;
    const MetricValue* time = time_of(row);
    if (time == nullptr || !time->value || *time->value <= 0) continue;
    Ceiling& ceiling = ceilings[place_of(row)];
    double& best = memory ? ceiling.memory[integer_param(row, "bytes")] : ceiling.operations[type];
    best = std::max(best, (memory ? row.work.minimum_bytes : row.work.operations) / *time->value * ns_per_s);
  }
  raise_to_fewer_threads(ceilings);
  return ceilings;
}

MetricValue roof_fraction(const ResultRow& row, const Ceilings& ceilings) {
  const auto none = [](std::string reason) {
    return absent("roof.fraction", "ratio", Better::higher, std::move(reason));
  };
  if (row.work.operations <= 0 && row.work.minimum_bytes <= 0)
    return none("what a call computes and moves is not known");
  if (is_open_loop(row)) return none("an open loop's latency holds waiting");
  const MetricValue* time = time_of(row);
  if (time == nullptr || !time->value || *time->value <= 0) return none("there is no time.wall.p50");
  const std::string where = !on_cpu(row)       ? "on " + row.value.device
                            : row.threads == 1 ? "with 1 thread"
                                               : "with " + std::to_string(row.threads) + " threads";
  const auto found = ceilings.find(place_of(row));
  if (found == ceilings.end() || found->second.memory.empty()) {
    return none("the run holds no valid roof.mem?kind=load " + where);
  }
  const Ceiling& ceiling = found->second;
  const double touched = touched_bytes(row);
  const auto level = is_cold(row) ? std::prev(ceiling.memory.end()) : nearest(ceiling.memory, touched);
  if (!is_cold(row) && row.work.minimum_bytes > 0 &&
      octaves_between(level->first, touched) > farthest_level) {
    return none("the nearest roof.mem " + where + " is over " + std::to_string(level->first) +
                " bytes, too far from the " + std::to_string(static_cast<std::int64_t>(touched)) +
                " that a call touches: measure roof.mem at about that size too");
  }
  const double memory_ns = row.work.minimum_bytes / level->second * ns_per_s;

  double operations_ns = 0;
  if (row.work.operations > 0) {
    const bool integers = row.accuracy != "float";
    const std::string dtype = float_type(row);
    const auto dot = ceiling.operations.find("i8");
    const auto fma = ceiling.operations.find(dtype);
    if (integers && dot != ceiling.operations.end()) {
      operations_ns = row.work.operations / dot->second * ns_per_s;
    } else if (fma == ceiling.operations.end()) {
      return none("the run holds no valid roof.fma?dtype=" + dtype + " " + where);
    } else if (!integers) {
      operations_ns = row.work.operations / fma->second * ns_per_s;
    } else if (row.work.operations / fma->second * ns_per_s > int8_dot_over_f32 * memory_ns) {
      return none("limited by integer arithmetic: measure roof.dot " + where + " too");
    }
  }
  const double bound_ns = std::max(memory_ns, operations_ns);
  if (bound_ns <= 0) return none("its formulas count neither bytes nor operations");
  if (bound_ns / *time->value > highest_share) {
    if (operations_ns > memory_ns)
      return none("faster than the arithmetic peak that this run measured " + where +
                  ": that was disturbed, or is not the peak");
    return none("faster than the nearest ceiling measured (roof.mem over " + std::to_string(level->first) +
                " bytes): its data stay in a faster cache; measure roof.mem at that size too");
  }
  MetricValue metric = *time;
  metric.id = "roof.fraction";
  metric.unit = "ratio";
  metric.better = Better::higher;
  metric.value = bound_ns / *time->value;
  if (time->ci_low && time->ci_high && *time->ci_low > 0) {
    metric.ci_low = bound_ns / *time->ci_high;
    metric.ci_high = bound_ns / *time->ci_low;
  }
  metric.reason = memory_ns >= operations_ns ? "bound by memory" : "bound by arithmetic";
  return metric;
}

}  // namespace assay::answers_detail

// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/roof.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

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
/// than to share out) is no limit.
template <typename Key>
void raise_to_fewer_threads(std::map<int, std::map<Key, double>>& by_threads) {
  std::map<Key, double> best;
  for (auto& [threads, rates] : by_threads) {
    for (auto& [key, rate] : rates) {
      double& so_far = best[key];
      so_far = rate = std::max(rate, so_far);
    }
  }
}

}  // namespace

Ceilings find_ceilings(const std::vector<ResultRow>& rows) {
  Ceilings ceilings;
  for (const ResultRow& row : rows) {
    if (row.status != Status::ok || row.value.device != "cpu") continue;
    const bool memory = row.value.workload == "roof.mem" && text_param(row, "kind") == "load";
    if (!memory && row.value.workload != "roof.fma") continue;
    const MetricValue* rate = find_metric(row, memory ? "throughput.bytes" : "throughput.operations");
    if (rate == nullptr || !rate->value) continue;
    double& best = memory ? ceilings.memory[row.threads][integer_param(row, "bytes")]
                          : ceilings.operations[row.threads][text_param(row, "dtype")];
    best = std::max(best, *rate->value);
  }
  raise_to_fewer_threads(ceilings.memory);
  raise_to_fewer_threads(ceilings.operations);
  return ceilings;
}

MetricValue roof_fraction(const ResultRow& row, const Ceilings& ceilings) {
  const auto none = [](std::string reason) {
    return absent("roof.fraction", "ratio", Better::higher, std::move(reason));
  };
  const MetricValue* p50 = find_metric(row, "time.wall.p50");
  if (p50 == nullptr || !p50->value || *p50->value <= 0) return none("there is no time.wall.p50");
  if (row.value.device != "cpu") return none("ceilings are known for device cpu only");
  const std::string threads = std::to_string(row.threads) + (row.threads == 1 ? " thread" : " threads");
  const auto levels = ceilings.memory.find(row.threads);
  if (levels == ceilings.memory.end()) {
    return none("the run holds no valid roof.mem?kind=load with " + threads);
  }
  const double touched = touched_bytes(row);
  const auto level = nearest(levels->second, touched);
  if (row.work.minimum_bytes > 0 && octaves_between(level->first, touched) > farthest_level) {
    return none("the nearest roof.mem with " + threads + " is over " + std::to_string(level->first) +
                " bytes, too far from the " + std::to_string(static_cast<std::int64_t>(touched)) +
                " that a call touches: measure roof.mem at about that size too");
  }
  const double memory_ns = row.work.minimum_bytes / level->second * ns_per_s;

  double operations_ns = 0;
  if (row.work.operations > 0) {
    const std::string dtype = text_param(row, "dtype") == "f64" ? "f64" : "f32";
    const auto of_threads = ceilings.operations.find(row.threads);
    if (of_threads == ceilings.operations.end() || !of_threads->second.contains(dtype)) {
      return none("the run holds no valid roof.fma?dtype=" + dtype + " with " + threads);
    }
    const auto peak = of_threads->second.find(dtype);
    operations_ns = row.work.operations / peak->second * ns_per_s;
    if (row.accuracy != "float") {
      if (operations_ns > int8_dot_over_f32 * memory_ns) {
        return none("limited by integer arithmetic, which roof.fma does not measure");
      }
      operations_ns = 0;
    }
  }
  const double bound_ns = std::max(memory_ns, operations_ns);
  if (bound_ns <= 0) return none("its formulas count neither bytes nor operations");
  if (bound_ns / *p50->value > highest_share) {
    return none("faster than the nearest ceiling measured (roof.mem over " + std::to_string(level->first) +
                " bytes): its data stay in a faster cache; measure roof.mem at that size too");
  }
  MetricValue metric = *p50;
  metric.id = "roof.fraction";
  metric.unit = "ratio";
  metric.better = Better::higher;
  metric.value = bound_ns / *p50->value;
  if (p50->ci_low && p50->ci_high && *p50->ci_low > 0) {
    metric.ci_low = bound_ns / *p50->ci_high;
    metric.ci_high = bound_ns / *p50->ci_low;
  }
  metric.reason = memory_ns >= operations_ns ? "bound by memory" : "bound by arithmetic";
  return metric;
}

}  // namespace assay::answers_detail

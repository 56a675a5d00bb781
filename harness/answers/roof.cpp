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

/// The level whose size is nearest to \p bytes, in octaves.
std::map<std::int64_t, double>::const_iterator nearest(const std::map<std::int64_t, double>& levels,
                                                       double bytes) {
  const auto octaves = [bytes](const auto& level) {
    return std::abs(std::log2(static_cast<double>(level.first)) - std::log2(std::max(bytes, 1.0)));
  };
  return std::min_element(levels.begin(), levels.end(),
                          [&](const auto& a, const auto& b) { return octaves(a) < octaves(b); });
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
                   : text_param(row, "dtype") == "f64" ? ceilings.operations_f64[row.threads]
                                                       : ceilings.operations_f32[row.threads];
    best = std::max(best, *rate->value);
  }
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
  const auto level = nearest(levels->second, row.work.minimum_bytes);
  const double memory_ns = row.work.minimum_bytes / level->second * ns_per_s;

  double operations_ns = 0;
  if (row.work.operations > 0) {
    const bool wide = text_param(row, "dtype") == "f64";
    const auto& peaks = wide ? ceilings.operations_f64 : ceilings.operations_f32;
    const auto peak = peaks.find(row.threads);
    if (peak == peaks.end()) {
      return none(std::string("the run holds no valid roof.fma?dtype=") + (wide ? "f64" : "f32") + " with " +
                  threads);
    }
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

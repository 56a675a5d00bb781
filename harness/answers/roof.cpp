// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/roof.h"

#include <algorithm>

#include "harness/answers/metrics.h"

namespace assay::answers_detail {

namespace {

constexpr double flagged_above = 1.05;

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

}  // namespace

Ceilings find_ceilings(const std::vector<ResultRow>& rows) {
  Ceilings ceilings;
  for (const ResultRow& row : rows) {
    if (row.status != Status::ok || row.value.device != "cpu") continue;
    const bool memory = row.value.workload == "roof.mem" && text_param(row, "kind") == "load";
    if (!memory && row.value.workload != "roof.fma") continue;
    const MetricValue* rate = find_metric(row, memory ? "throughput.bytes" : "throughput.operations");
    if (rate == nullptr || !rate->value) continue;
    if (memory) {
      auto& best = ceilings.memory[row.threads];
      const std::int64_t bytes = integer_param(row, "bytes");
      if (bytes > best.bytes || (bytes == best.bytes && *rate->value > best.per_s))
        best = {*rate->value, bytes};
    } else {
      auto& table = text_param(row, "dtype") == "f64" ? ceilings.operations_f64 : ceilings.operations_f32;
      auto& best = table[row.threads];
      best.per_s = std::max(best.per_s, *rate->value);
    }
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
  const auto memory = ceilings.memory.find(row.threads);
  if (memory == ceilings.memory.end()) {
    return none("the run holds no valid roof.mem?kind=load with " + threads);
  }
  const bool wide = text_param(row, "dtype") == "f64";
  const auto& peaks = wide ? ceilings.operations_f64 : ceilings.operations_f32;
  const auto peak = peaks.find(row.threads);
  if (row.work.operations > 0 && peak == peaks.end()) {
    return none(std::string("the run holds no valid roof.fma?dtype=") + (wide ? "f64" : "f32") + " with " +
                threads);
  }
  constexpr double ns_per_s = 1e9;
  const double memory_ns = row.work.minimum_bytes / memory->second.per_s * ns_per_s;
  const double operations_ns =
      row.work.operations > 0 ? row.work.operations / peak->second.per_s * ns_per_s : 0;
  const double bound_ns = std::max(memory_ns, operations_ns);
  if (bound_ns <= 0) return none("its formulas count neither bytes nor operations");
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
  if (*metric.value > flagged_above) {
    metric.reason += "; above the ceiling: its data stay in a cache, or its formula counts more than is done";
  }
  return metric;
}

}  // namespace assay::answers_detail

// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/roofline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "harness/answers/caches.h"
#include "harness/answers/roof.h"

namespace assay {

namespace {

using answers_detail::find_ceilings;
using answers_detail::roof_fraction;

std::string text_of(const ResultRow& row, const std::string& key) {
  const auto found = row.params.find(key);
  return found == row.params.end() ? std::string() : to_string(found->second);
}

/// The metric `id`, turned by `change` into another unit.
template <typename Change>
std::optional<MetricValue> changed(const ResultRow& row, const std::string& id, const std::string& unit,
                                   const Change& change) {
  const MetricValue* found = find_metric(row, id);
  if (found == nullptr || !found->value) return std::nullopt;
  MetricValue value = *found;
  value.unit = unit;
  value.value = change(*value.value);
  if (value.ci_low) value.ci_low = change(*value.ci_low);
  if (value.ci_high) value.ci_high = change(*value.ci_high);
  return value;
}

std::optional<MetricValue> same(const ResultRow& row, const std::string& id, const std::string& unit) {
  return changed(row, id, unit, [](double x) { return x; });
}

/// ns for one unit of work.
std::optional<MetricValue> each(const ResultRow& row) {
  return changed(row, "time.wall.p50", "ns", [&](double ns) { return ns / std::max(1.0, row.work.units); });
}

std::optional<Limit> limit_of(const ResultRow& row, const Caches& caches) {
  const std::string& name = row.value.workload;
  Limit limit;
  limit.case_key = row.case_key;
  limit.threads = row.threads;
  std::optional<MetricValue> value;
  if (name == "roof.mem" || name == "roof.latency") {
    const bool bandwidth = name == "roof.mem";
    limit.bytes = std::strtod(text_of(row, "bytes").c_str(), nullptr);
    // Bandwidth shares the bytes out to the threads; of latency each thread walks all of them.
    limit.level = caches.level(limit.bytes, bandwidth ? row.threads : 1);
    limit.kind = bandwidth ? Limit::Kind::bandwidth : Limit::Kind::latency;
    limit.what = limit.level;
    if (bandwidth) limit.what += " " + text_of(row, "kind");
    if (text_of(row, "pages") == "huge") limit.what += ", huge pages";
    value = bandwidth ? same(row, "throughput.bytes", "byte/s") : each(row);
  } else if (name == "roof.fma" || name == "roof.dot") {
    limit.kind = Limit::Kind::arithmetic;
    const std::string isa =
        text_of(row, "isa");  // "best", or named: the same instructions may be there twice
    limit.what = text_of(row, "dtype") + (name == "roof.fma" ? " fma, " : " dot, ") +
                 (isa.empty() || isa == "best" ? row.isa : "isa=" + isa);
    value = same(row, "throughput.operations", "operations/s");
  } else if (name == "roof.chain") {
    limit.kind = Limit::Kind::clock;
    limit.what = "clock";
    value = same(row, "throughput.cycles", "Hz");
  } else if (name == "roof.c2c") {
    limit.kind = Limit::Kind::handover;
    limit.what = "cores " + text_of(row, "first") + " and " + text_of(row, "second");
    value = each(row);
  } else if (name == "roof.launch") {
    limit.kind = Limit::Kind::fork_join;
    limit.what = "fork and join";
    value = each(row);
  } else if (name == "roof.jitter") {
    limit.kind = Limit::Kind::gap;
    limit.what = "gaps, p99";
    value = same(row, "time.gap.p99", "ns");
    if (!value) {
      limit.what = "gaps, median";
      value = same(row, "time.gap.p50", "ns");
    }
  }
  if (!value) return std::nullopt;
  limit.value = *value;
  return limit;
}

/// A second's worth of `amount` by the device's own clock, where it has one.
std::optional<MetricValue> on_device(const ResultRow& row, double amount, const std::string& id,
                                     const std::string& unit) {
  if (amount <= 0) return std::nullopt;
  auto rate = changed(row, "time.device.p50", unit, [&](double ns) { return amount / ns * 1e9; });
  if (rate && find_metric(row, "time.device.p50")->value.value_or(0) <= 0) return std::nullopt;
  if (rate) std::swap(rate->ci_low, rate->ci_high);  // the longest time is the lowest rate
  return rate ? rate : same(row, id, unit);
}

std::string arrays_text(double bytes) {
  constexpr double mib = 1 << 20;
  return bytes >= mib ? fmt::format("{:.4g} MiB arrays", bytes / mib)
                      : fmt::format("{:.4g} KiB arrays", bytes / 1024);
}

std::optional<Limit> device_limit_of(const ResultRow& row) {
  const std::string& name = row.value.workload;
  const bool cold = text_of(row, "cache") == "cold";
  Limit limit;
  limit.case_key = row.case_key;
  std::optional<MetricValue> value;
  if (name == "roof.mem") {
    limit.bytes = std::strtod(text_of(row, "bytes").c_str(), nullptr);
    limit.level = arrays_text(limit.bytes);
    limit.what = limit.level + " " + text_of(row, "kind") + (cold ? ", caches emptied" : "");
    value = on_device(row, row.work.minimum_bytes, "throughput.bytes", "byte/s");
  } else if (name == "roof.fma" || name == "roof.dot") {
    limit.kind = Limit::Kind::arithmetic;
    limit.what = text_of(row, "dtype") + (name == "roof.fma" ? " fma, " : " dot, ") + row.isa;
    value = on_device(row, row.work.operations, "throughput.operations", "operations/s");
  } else if (name == "roof.launch") {
    limit.kind = Limit::Kind::launch;
    limit.what = fmt::format("one of {:.10g}", row.work.units);
    value = each(row);
  } else if (name == "roof.transfer") {
    limit.kind = Limit::Kind::transfer;
    limit.what =
        (text_of(row, "direction") == "to_host" ? "to host, " : "to device, ") + text_of(row, "memory");
    value = same(row, "throughput.bytes", "byte/s");
  }
  if (!value) return std::nullopt;
  limit.value = *value;
  return limit;
}

/// Bytes that counters saw come from memory and go there, in one call; 0: not counted.
double counted_bytes(const ResultRow& row) {
  const auto value = [&](const char* id) {
    const MetricValue* found = find_metric(row, id);
    return found == nullptr ? std::nullopt : found->value;
  };
  if (row.value.device == "cpu") return value("perf.memory_bytes").value_or(0);
  const auto read = value("cupti_range.dram_read");
  const auto written = value("cupti_range.dram_written");
  return read && written ? *read + *written : 0;
}

bool is_roof(const ResultRow& row) { return row.value.workload.starts_with("roof."); }

Placement place(const ResultRow& row, const answers_detail::Ceilings& ceilings) {
  const bool cpu = row.value.device == "cpu";
  Placement placement{
      .case_key = row.case_key, .threads = cpu ? row.threads : 0, .fraction = roof_fraction(row, ceilings)};
  if (row.work.operations > 0 && row.work.minimum_bytes > 0) {
    placement.intensity = row.work.operations / row.work.minimum_bytes;
  }
  if (const double counted = counted_bytes(row); counted > 0)
    placement.counted_intensity = row.work.operations / counted;
  const auto rate = cpu ? same(row, "throughput.operations", "operations/s")
                        : on_device(row, row.work.operations, "throughput.operations", "operations/s");
  if (rate) placement.performance = *rate->value;
  return placement;
}

}  // namespace

Roofline make_roofline(const std::vector<ResultRow>& roofs, const std::vector<ResultRow>& rows,
                       const std::map<std::string, std::string>& host_class, const std::string& device) {
  Roofline roofline;
  roofline.device = device;
  const Caches caches(host_class);
  for (const auto& row : roofs) {
    if (row.status != Status::ok || row.value.device != device || !answers_detail::is_plain_roof(row))
      continue;
    roofline.fidelity = row.device_fidelity;
    auto limit = device == "cpu" ? limit_of(row, caches) : device_limit_of(row);
    if (!limit) continue;
    limit->notes = row.notes;
    roofline.limits.push_back(std::move(*limit));
  }
  std::stable_sort(roofline.limits.begin(), roofline.limits.end(), [](const Limit& a, const Limit& b) {
    return std::pair(a.kind, a.bytes) < std::pair(b.kind, b.bytes);
  });
  const auto ceilings = find_ceilings(roofs);
  for (const auto& row : rows) {
    if (row.status != Status::ok || row.value.device != device || is_roof(row)) continue;
    roofline.placements.push_back(place(row, ceilings));
  }
  return roofline;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/notes.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/launch_rules.h"

namespace assay::answers_detail {

namespace {

constexpr double generous = 4;
constexpr double beyond_launching = 16 << 20;  ///< a device's smaller arrays tell what a launch costs
/// AMX: 2,048 int8 operations a cycle, 32 times those of f32 multiply-adds in two AVX-512 units; twice that
/// at 5 GHz.
constexpr double most_over_any_peak = 32;
constexpr double most_operations_of_a_thread = 20e12;

std::string gigabytes(double bytes_per_s) { return fmt::format("{:.4g} GB/s", bytes_per_s * 1e-9); }

/// How many times as much as a ceiling of `threads` tells (0: of a device) the row may reach with its own.
double share_of(const ResultRow& row, int threads) {
  return threads > 0 && row.threads > threads ? static_cast<double>(row.threads) / threads : 1;
}

/// The fastest level of the row's device, for as many threads as the row has; 0: none was measured, or none
/// so near that the row's bytes cannot lie in a nearer and faster one.
double fastest_level(const ResultRow& row, const Ceilings& ceilings) {
  double fastest = 0;
  for (const auto& [whose, ceiling] : ceilings) {
    const auto& [device, threads] = whose;
    if (device != row.value.device) continue;
    if (device != "cpu" && std::none_of(ceiling.memory.begin(), ceiling.memory.end(), [](const auto& level) {
          return static_cast<double>(level.first) >= beyond_launching;
        }))
      continue;
    const double share = share_of(row, threads);
    const bool near = std::any_of(ceiling.memory.begin(), ceiling.memory.end(), [&](const auto& level) {
      return static_cast<double>(level.first) <= row.work.minimum_bytes;
    });
    for (const auto& [size, rate] : ceiling.memory) fastest = std::max(fastest, near ? share * rate : 0);
  }
  return fastest;
}

std::string implausible(const ResultRow& row, const Ceilings& ceilings) {
  const MetricValue* metric = find_metric(row, "throughput.bytes");
  if (metric == nullptr || !metric->value) return "";
  const double rate = *metric->value;
  const double fastest = row.value.workload == "roof.mem" ? 0 : fastest_level(row, ceilings);
  if (fastest > 0 && rate > generous * fastest) {
    return fmt::format(
        "its bytes go through at {}, {} reads at most {} from any level measured: "
        "check its times, and the minimum bytes that its worker tells",
        gigabytes(rate), row.value.device == "cpu" ? "this machine" : row.value.device, gigabytes(fastest));
  }
  const double limit = cpu_thread_limit * std::max(1, row.threads);
  if (row.value.device == "cpu" && rate > limit) {
    return fmt::format(
        "its bytes go through at {}, no CPU of {} thread{} reads more than {}: check its times, and "
        "the minimum bytes that its worker tells",
        gigabytes(rate), std::max(1, row.threads), row.threads > 1 ? "s" : "", gigabytes(limit));
  }
  return "";
}

/// The highest peak of the row's device, of any type, for as many threads as the row has; 0: none was
/// measured.
double highest_peak(const ResultRow& row, const Ceilings& ceilings) {
  double highest = 0;
  for (const auto& [whose, ceiling] : ceilings) {
    const auto& [device, threads] = whose;
    if (device != row.value.device) continue;
    const double share = share_of(row, threads);
    for (const auto& [type, rate] : ceiling.operations) highest = std::max(highest, share * rate);
  }
  return highest;
}

std::string implausible_operations(const ResultRow& row, const Ceilings& ceilings) {
  const MetricValue* metric = find_metric(row, "throughput.operations");
  if (metric == nullptr || !metric->value || row.value.workload.starts_with("roof.")) return "";
  if (row.value.device != "cpu") return "";  // tensor units do more than any peak that is measured there
  const double rate = *metric->value;
  const double peak = highest_peak(row, ceilings);
  const double limit = most_operations_of_a_thread * std::max(1, row.threads);
  const std::string what = fmt::format("it computes {:.4g} GOP/s", rate * 1e-9);
  const char* remedy = "check its times, and the operations that its worker tells";
  if (peak > 0 && rate > most_over_any_peak * peak)
    return fmt::format("{}, this machine at most {:.4g} GOP/s of any type measured: {}", what, peak * 1e-9,
                       remedy);
  if (rate > limit)
    return fmt::format("{}, no CPU of {} thread{} more than {:.4g} GOP/s: {}", what, std::max(1, row.threads),
                       row.threads > 1 ? "s" : "", limit * 1e-9, remedy);
  return "";
}

}  // namespace

std::vector<CaseNote> notes_of(const ResultRow& row, const Ceilings& ceilings) {
  std::vector<CaseNote> notes;
  const auto add = [&](const char* code, const std::string& text) {
    if (!text.empty()) notes.push_back({code, text});
  };
  if (row.status != Status::ok) return notes;
  add("lost_launches", row.reason);
  if (row.device_fidelity == "software") {
    add("software_device",
        "a CPU stands in for the device (fidelity software): its times are not those of the hardware it is "
        "named for, and stand beside no real device's");
  }
  add("implausible_rate", implausible(row, ceilings));
  add("implausible_rate", implausible_operations(row, ceilings));
  if (const auto remark = row.isa.find("; "); remark != std::string::npos)
    add("isa", row.isa.substr(0, remark) + ": " + row.isa.substr(remark + 2));
  if (const MetricValue* waited = find_metric(row, "device.waited.p50");
      waited != nullptr && waited->value > 0) {
    add("device.waited",
        fmt::format("the device was out of work {:.3g} times in a call before the host had launched more: "
                    "time.device holds what launching took",
                    *waited->value));
  }
  for (const char* id : {"load.overloaded", "result.not_finite", "worker.exit"}) {
    if (const MetricValue* metric = find_metric(row, id)) add(id, metric->reason);
  }
  return notes;
}

}  // namespace assay::answers_detail

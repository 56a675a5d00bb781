// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/result.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <optional>

namespace assay {

namespace {

/// KiB of the smallest memory that holds a metric's bytes. Databases may hold any number.
std::optional<std::uint64_t> memory_for(const MetricValue* bytes) {
  constexpr double most = 1LL << 50;
  if (bytes == nullptr || !bytes->value || !(*bytes->value >= 0 && *bytes->value <= most))
    return std::nullopt;
  return std::bit_ceil(static_cast<std::uint64_t>(std::ceil(*bytes->value / 1024)));
}

}  // namespace

const MetricValue* find_metric(const ResultRow& row, const std::string& id) {
  const auto found =
      std::find_if(row.metrics.begin(), row.metrics.end(), [&](const auto& m) { return m.id == id; });
  return found == row.metrics.end() ? nullptr : &*found;
}

const MetricValue* exact_instructions(const ResultRow& row) {
  const MetricValue* uncounted = nullptr;
  for (const char* id : {"qemu.instructions", "callgrind.instructions", "fuel.instructions"}) {
    const MetricValue* metric = find_metric(row, id);
    if (metric == nullptr) continue;
    if (metric->value) return metric;
    if (uncounted == nullptr) uncounted = metric;
  }
  return uncounted;
}

std::int64_t launches_of_figures(const ResultRow& row) {
  const MetricValue* counted = exact_instructions(row);
  return row.launches == 0 && counted != nullptr && counted->value ? counted->n : row.launches;
}

const MetricValue* board_size(const ResultRow& row, const std::string& what) {
  const MetricValue* emulated = find_metric(row, "size." + what);
  return emulated != nullptr && emulated->value ? emulated : find_metric(row, "board." + what);
}

std::string fits_in(const ResultRow& row) {
  const auto flash = memory_for(board_size(row, "flash"));
  const auto ram = memory_for(board_size(row, "ram"));
  return flash && ram ? std::to_string(*flash) + "/" + std::to_string(*ram) + " KiB" : "";
}

}  // namespace assay

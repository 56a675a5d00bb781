// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/regions_view.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "harness/cli/format.h"
#include "harness/cli/table.h"
#include "harness/core/text.h"

namespace assay::cli {

std::string regions_text(const std::vector<RegionRow>& regions, const std::vector<std::string>& faults,
                         std::size_t width) {
  constexpr double bar_width = 30;
  Table table({{"region", false, always},
               {"calls", true, 7},
               {"median", true, 9},
               {"p99", true, 5},
               {"share", true, 8},
               {"self", true, 6},
               {"of a run", false, 4}});
  const auto when = [](const std::optional<double>& value, const auto& text) {
    return value ? text(*value) : std::string();
  };
  for (const auto& region : regions) {
    const auto column = [&](double share) {
      return static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * bar_width));
    };
    const std::size_t begin = column(region.begin);
    const std::size_t end = column(region.begin + region.share.value_or(0));
    table.add({std::string(2 * region.depth, ' ') + region.name, when(region.calls, grouped),
               when(region.p50_ns, duration), when(region.p99_ns, duration), when(region.share, percent),
               when(region.self, percent), std::string(begin, ' ') + std::string(end - begin, '#')});
  }
  std::string text = table.empty() ? "" : table.text(width);
  for (const auto& fault : faults) text += printable(fault, 4000) + "\n";
  return text;
}

}  // namespace assay::cli

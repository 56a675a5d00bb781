// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/comparison_view.h"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "harness/cli/format.h"
#include "harness/cli/table.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

/// Time, or the units of work a second that stand for it; empty of other metrics.
std::string value_of(const std::optional<ResultRow>& row, const std::string& metric_id) {
  const bool is_time = metric_id.empty() || metric_id == "time.wall.p50";
  if (!is_time && !(row && metric_id == "throughput." + row->unit_of_work)) return "";
  const MetricValue* metric = row ? find_metric(*row, is_time ? "time.wall.p50" : metric_id) : nullptr;
  if (metric == nullptr || !metric->value) return "-";
  return is_time ? duration(*metric->value) : rate(*metric->value, row->unit_of_work);
}

std::string case_count(std::size_t number) {
  return fmt::format("{} case{}", number, number == 1 ? "" : "s");
}

}  // namespace

std::string ratio_text(const Verdict& verdict) {
  if (!verdict.ratio) return "";
  if (!verdict.ci_low || !verdict.ci_high) return fmt::format("{:.3f}x", *verdict.ratio);
  return fmt::format("{:.3f}x [{:.3f}, {:.3f}]", *verdict.ratio, *verdict.ci_low, *verdict.ci_high);
}

std::string comparison_text(const Comparison& comparison, const std::string& ratio, std::size_t width) {
  Table table({{"case", false, always},
               {comparison.axis == "run" ? "" : comparison.axis, false, 8},
               {"base", true, 6},
               {"new", true, 6},
               {"ratio", true, always},
               {"verdict", false, always},
               {"metric", false, 2},
               {"reason", false, 1}});
  std::map<std::string, int> counts;
  std::map<std::string, std::size_t>
      same;  // exact metrics, which have no line of their own where nothing changed
  for (const auto& pair : comparison.pairs) {
    const Verdict* headline = pair.headline();
    ++counts[headline != nullptr ? to_string(headline->outcome) : "undecided"];
    bool first = true;
    for (const auto& verdict : pair.verdicts) {
      if (verdict.rule == "exact" && verdict.outcome == Outcome::same) ++same[verdict.metric];
      // One line a case; exact metrics that differ get lines of their own.
      if (&verdict != headline && !(verdict.rule == "exact" && verdict.outcome != Outcome::same)) continue;
      table.add({first ? pair.key : "", pair.value, value_of(pair.base, verdict.metric),
                 value_of(pair.candidate, verdict.metric), ratio_text(verdict), to_string(verdict.outcome),
                 verdict.metric, verdict.reason});
      first = false;
    }
  }
  std::string text = table.text(width);
  std::string tally;
  for (const auto& [name, number] : counts)
    tally += (tally.empty() ? "" : ", ") + fmt::format("{} {}", number, name);
  std::string base = comparison.axis == "run" ? "" : fmt::format(" Base: {}.", comparison.base);
  if (comparison.axis == "subject" && comparison.candidates.size() == 1)
    base += fmt::format(" New: {}.", comparison.candidates.front());
  std::string unchanged;
  for (const auto& [metric, number] : same)
    unchanged += fmt::format(" {} is the same to the digit in {}.", printable(metric), case_count(number));
  if (comparison.pairs.empty()) return "Nothing to compare." + base + "\n";
  return text + fmt::format("{}: {}.{}{} A ratio above 1 means that new is better; {}.\n",
                            case_count(comparison.pairs.size()), tally, unchanged, printable(base), ratio);
}

}  // namespace assay::cli

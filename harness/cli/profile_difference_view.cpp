// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/cli/format.h"
#include "harness/cli/metrics_view.h"
#include "harness/cli/profile_view.h"
#include "harness/cli/table.h"
#include "harness/core/metric.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

/// What two cases are told apart by: as much of their text as differs.
std::string own_part(const ResultRow& row, const ResultRow& beside) {
  if (row.value.workload != beside.value.workload) return row.value.workload + "/" + row.value.implementation;
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : " ") + part; };
  if (row.value.implementation != beside.value.implementation) add(row.value.implementation);
  std::string params;
  for (const auto& [key, value] : row.params) {
    const auto found = beside.params.find(key);
    if (found == beside.params.end() || to_string(found->second) != to_string(value))
      params += (params.empty() ? "" : "&") + key + "=" + to_string(value);
  }
  if (!params.empty()) add(params);
  if (row.value.device != beside.value.device) add("@" + row.value.device);
  return text;
}

}  // namespace

std::pair<std::string, std::string> side_names(const ResultRow& base, const ResultRow& other) {
  std::pair<std::string, std::string> names{own_part(base, other), own_part(other, base)};
  const auto is_long = [](const std::string& name) { return name.empty() || columns(name) > 40; };
  if (base.run != other.run && (names.first == names.second || is_long(names.first) || is_long(names.second)))
    names = {"run " + base.run.substr(0, 8), "run " + other.run.substr(0, 8)};
  if (names.first == names.second || is_long(names.first) || is_long(names.second)) return {"base", "other"};
  return {printable(names.first), printable(names.second)};
}

namespace {

std::string metric_text(const MetricValue* metric) {
  return metric == nullptr || !metric->value ? "" : value_text(*metric);
}

/// The metrics that either has, with the ratio where both have a value.
std::string side_by_side(const Profile& base, const Profile& other,
                         const std::pair<std::string, std::string>& names, std::size_t width) {
  Table table({{"metric", false, always},
               {names.first, true, always},
               {names.second, true, always},
               {"ratio", true, 5}});
  const auto all = [](const Profile& profile) {
    ResultRow row = profile.row;
    row.metrics.insert(row.metrics.end(), profile.derived.begin(), profile.derived.end());
    std::erase_if(row.metrics, [](const MetricValue& m) { return !m.value || source_of(m.id) == "host"; });
    return row;
  };
  const ResultRow a = all(base);
  const ResultRow b = all(other);
  const auto add = [&](const MetricValue& metric) {
    const MetricValue* from = find_metric(a, metric.id);
    const MetricValue* to = find_metric(b, metric.id);
    const bool both = from != nullptr && to != nullptr && *from->value != 0;
    table.add({metric.id, metric_text(from), metric_text(to),
               both ? fmt::format("{:.3f}", *to->value / *from->value) : ""});
  };
  for (const auto& metric : a.metrics) add(metric);
  for (const auto& metric : b.metrics) {
    if (find_metric(a, metric.id) == nullptr) add(metric);
  }
  return table.text(width);
}

}  // namespace

std::string difference_text(const Profile& base, const Profile& other, std::size_t width) {
  const ProfileDifference difference = explain_difference(base, other);
  const auto names = side_names(base.row, other.row);
  const std::size_t longest = std::max(columns(names.first), columns(names.second));
  std::string text;
  for (const auto& [name, row] : {std::pair(names.first, &base.row), std::pair(names.second, &other.row)}) {
    text += name + std::string(longest - columns(name), ' ') + "  " + printable(row->case_key, 2000) +
            "  run " + row->run.substr(0, 8) + "\n";
  }
  text += heading("What makes the difference");
  if (difference.ratio > 0) {
    text += fmt::format("- {} takes {:.3f} times as long as {} (per {}){}.\n", names.second,
                        1 / difference.ratio, names.first, printable(difference.per),
                        difference.apart ? "" : "; their intervals overlap, or are not known");
  }
  for (const auto& factor : difference.factors) {
    const bool clock = factor.what == "clock";
    const auto value = [&](double x) { return clock ? frequency(x) : grouped(x); };
    text += fmt::format("- {}: {} -> {}{}\n", factor.what, value(factor.base), value(factor.other),
                        factor.share ? fmt::format(", {:.0f} % of the difference", 100 * *factor.share) : "");
  }
  if (!difference.caution.empty()) text += "- " + difference.caution + ".\n";
  if (!difference.functions.empty()) {
    Table table(
        {{names.first, true, 9}, {names.second, true, 9}, {"change", true, 8}, {"function", false, 7}});
    for (const auto& change : difference.functions) {
      const auto count = [](const std::optional<double>& x) {
        return x ? grouped(*x) : std::string("few or none");
      };
      const double more = change.other.value_or(0) - change.base.value_or(0);
      table.add({count(change.base), count(change.other),
                 change.base && change.other ? (more > 0 ? "+" : "-") + grouped(std::abs(more)) : "",
                 change.function});
    }
    text += heading("Instructions by function, the largest change first") + table.text(width);
  }
  return text + heading("Side by side") + side_by_side(base, other, names, width);
}

}  // namespace assay::cli

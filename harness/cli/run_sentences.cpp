// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/run_sentences.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/cli/format.h"
#include "harness/core/text.h"
#include "harness/stats/effect.h"
#include "harness/stats/quantile.h"

namespace assay::cli {

namespace {

/// The best rate of a roof with the most threads measured; of roof.mem over the largest arrays alone, which
/// no cache holds.
double best_rate(const std::vector<ResultRow>& rows, const std::string& workload, const std::string& kind,
                 const std::string& unit) {
  const auto bytes_of = [](const ResultRow& row) -> std::int64_t {  // imported runs may hold anything
    const auto found = row.params.find("bytes");
    const auto* bytes = found == row.params.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    return bytes == nullptr ? 0 : *bytes;
  };
  std::int64_t largest = 0;
  int threads = 0;
  for (const auto& row : rows) {
    if (row.value.workload == workload && row.status == Status::ok) threads = std::max(threads, row.threads);
    if (row.value.workload == workload && row.status == Status::ok)
      largest = std::max(largest, bytes_of(row));
  }
  double best = 0;
  for (const auto& row : rows) {
    if (row.value.workload != workload || row.status != Status::ok || row.threads != threads) continue;
    if (bytes_of(row) != largest) continue;
    const auto given = row.params.find("kind");
    if (!kind.empty() && (given == row.params.end() || to_string(given->second) != kind)) continue;
    const MetricValue* metric = find_metric(row, "throughput." + unit);
    if (metric != nullptr && metric->value) best = std::max(best, *metric->value);
  }
  return best;
}

std::string limits_sentence(const std::vector<ResultRow>& rows) {
  const double read = best_rate(rows, "roof.mem", "load", "bytes");
  const double flops = best_rate(rows, "roof.fma", "", "operations");
  if (read <= 0 && flops <= 0) {
    return "What limits this machine was not measured in this run: add 'roof.mem' and 'roof.fma' to it.";
  }
  if (flops <= 0 || read <= 0) {
    return fmt::format("This machine {} in this run, its own limit for such work.",
                       read > 0 ? "read " + rate(read, "bytes") : "computed " + rate(flops, "operations"));
  }
  return fmt::format(
      "This machine reads {} and computes {} (f32, fused multiply-adds): work with fewer than {:.1f} "
      "operations a byte is "
      "limited by memory here.",
      rate(read, "bytes"), rate(flops, "operations"), flops / read);
}

/// Launches during which other processes took more than a tenth of our CPUs.
std::string disturbed(const std::vector<LaunchSummary>& all) {
  int launches = 0;
  double worst = 0;
  for (const auto& summary : all) {
    for (const auto& reading : summary.launch.readings) {
      if (reading.metric != "host.foreign_cpu" || !reading.value || *reading.value <= 0.1) continue;
      ++launches;
      worst = std::max(worst, *reading.value);
    }
  }
  if (launches == 0) return "";
  return fmt::format("; in {} launch{} other processes took up to {} of the CPUs measured on", launches,
                     launches == 1 ? "" : "es", percent(worst));
}

std::string noise_sentence(const std::vector<ResultRow>& rows, const Run& run, const std::string& foreign) {
  std::vector<double> spreads;
  for (const auto& row : rows) {
    const auto& values = row.launch_medians_ns;
    if (values.size() < 3) continue;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    spreads.push_back(*high / *low - 1);
  }
  if (spreads.empty()) return "Its noise is not known: a case needs at least 3 valid launches for that.";
  std::string warnings;
  for (const auto& probe : run.probes) {
    if (probe.kind != "check" || probe.probe.available) continue;
    warnings += (warnings.empty() ? " (" : "; ") + printable(probe.probe.reason);
  }
  return fmt::format(
      "Its noise: launches of one case differ by {} at the median case and {} at the worst{}{}.",
      percent(stats::median(spreads)), percent(*std::max_element(spreads.begin(), spreads.end())),
      warnings.empty() ? "" : warnings + ")", foreign);
}

std::string smallest_change_sentence(const std::vector<ResultRow>& rows) {
  std::vector<double> changes;
  std::size_t launches = 0;
  for (const auto& row : rows) {
    const auto change = stats::smallest_detectable_change(row.launch_medians_ns);
    if (change) changes.push_back(*change);
    launches = std::max(launches, row.launch_medians_ns.size());
  }
  if (changes.empty()) return "The smallest change that it can see cannot be estimated from so few launches.";
  return fmt::format(
      "The smallest change that it can see, estimated from these {} launches a case alone: {} at the median "
      "case, {} at the "
      "worst (80 % power, 5 % error).",
      launches, percent(stats::median(changes)), percent(*std::max_element(changes.begin(), changes.end())));
}

std::string refused_sentence(const Run& run, const std::vector<ResultRow>& rows) {
  std::vector<std::string> refused;
  for (const auto& probe : run.probes) {
    if (probe.kind != "implementation" || probe.probe.available) continue;
    refused.push_back(fmt::format("{} ({})", printable(probe.name), printable(probe.probe.reason)));
  }
  std::map<std::string, int> absent;
  for (const auto& row : rows) {
    if (row.status != Status::ok)
      refused.push_back(fmt::format("{} ({})", printable(row.case_key), to_string(row.status)));
    for (const auto& metric : row.metrics) {
      if (!metric.value && metric.id == "time.wall.p99")
        ++absent[metric.reason.substr(0, metric.reason.find(';'))];
    }
  }
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(refused.size(), 3); ++i)
    text += (i > 0 ? ", " : "") + refused[i];
  if (refused.size() > 3) text += fmt::format(" and {} more", refused.size() - 3);
  std::string tails;
  int cases = 0;
  int most = 0;
  for (const auto& [reason, number] : absent) {
    cases += number;
    if (number > most) tails = reason;
    most = std::max(most, number);
  }
  if (text.empty() && cases == 0) return "Nothing was refused.";
  if (text.empty()) text = "no case";
  return cases == 0 ? "Refused: " + text + "."
                    : fmt::format("Refused: {}; p99 in {} case{}, mostly because {}.", text, cases,
                                  cases == 1 ? "" : "s", printable(tails));
}

std::string next_sentence(const Run& run, const std::vector<ResultRow>& rows) {
  if (run.state == "interrupted")
    return "Next: 'assay run --resume " + run.id.substr(0, 8) + "' measures what is missing.";
  const ResultRow* least = nullptr;
  double fraction = 2;
  for (const auto& row : rows) {
    const MetricValue* metric = find_metric(row, "roof.fraction");
    if (metric == nullptr || !metric->value || row.value.workload.rfind("roof.", 0) == 0) continue;
    if (*metric->value < fraction) {
      fraction = *metric->value;
      least = &row;
    }
  }
  if (least != nullptr) {
    return fmt::format(
        "Next: {} is furthest from the limit ({}); see where it stands with 'assay compare {} --across "
        "implementation'.",
        printable(least->case_key), percent(fraction), run.id.substr(0, 8));
  }
  return "Next: run the same again and see what differs: 'assay compare latest~1 latest'.";
}

}  // namespace

std::vector<std::string> run_sentences(const Run& run, const std::vector<LaunchSummary>& launches,
                                       const std::vector<ResultRow>& rows, const std::string& database) {
  return {limits_sentence(rows),
          noise_sentence(rows, run, disturbed(launches)),
          smallest_change_sentence(rows),
          refused_sentence(run, rows),
          fmt::format("The database is {}; 'assay show {}' prints this again, 'assay export {} --format csv' "
                      "gives it to other tools.",
                      printable(database), run.id.substr(0, 8), run.id.substr(0, 8)),
          next_sentence(run, rows)};
}

}  // namespace assay::cli

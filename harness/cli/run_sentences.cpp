// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/run_sentences.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "harness/answers/caches.h"
#include "harness/answers/roof.h"
#include "harness/cli/format.h"
#include "harness/cli/import_runs.h"
#include "harness/core/text.h"
#include "harness/run/checks.h"
#include "harness/stats/effect.h"
#include "harness/stats/quantile.h"

namespace assay::cli {

namespace {

/// The CPU's best rate of a roof with the most threads measured, and over which arrays: the largest.
struct Roof {
  double rate = 0;
  std::int64_t bytes = 0;  ///< of roof.mem's arrays
};

Roof best_roof(const std::vector<ResultRow>& rows, const std::string& workload, const std::string& parameter,
               const std::string& choice, const std::string& unit) {
  const auto bytes_of = [](const ResultRow& row) -> std::int64_t {  // imported runs may hold anything
    const auto found = row.params.find("bytes");
    const auto* bytes = found == row.params.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    return bytes == nullptr ? 0 : *bytes;
  };
  Roof best;
  int threads = 0;
  for (const auto& row : rows) {
    const auto given = row.params.find(parameter);
    if (row.value.workload != workload || row.value.device != "cpu" || row.status != Status::ok ||
        !answers_detail::is_plain_roof(row) || given == row.params.end() ||
        to_string(given->second) != choice)
      continue;
    const MetricValue* metric = find_metric(row, "throughput." + unit);
    if (metric == nullptr || !metric->value) continue;
    const std::int64_t bytes = bytes_of(row);
    if (std::pair(row.threads, bytes) < std::pair(threads, best.bytes)) continue;
    if (std::pair(row.threads, bytes) > std::pair(threads, best.bytes)) best.rate = 0;
    threads = row.threads;
    best = {std::max(best.rate, *metric->value), bytes};
  }
  return best;
}

/// Workers that ended badly after a launch that was good; "" when none did.
std::string exit_sentence(const std::vector<LaunchSummary>& all) {
  int launches = 0;
  std::string reason;
  for (const auto& summary : all) {
    for (const auto& reading : summary.launch.readings) {
      if (reading.metric != "worker.exit") continue;
      ++launches;
      reason = reading.reason;
    }
  }
  if (launches == 0) return "";
  return fmt::format("In {} launch{}, which count all the same: {}.", launches, launches == 1 ? "" : "es",
                     printable(reason));
}

/// What collectors counted, which the table has no columns for; "" when there were none.
std::string collected_sentence(const Run& run, const std::vector<LaunchSummary>& all) {
  std::map<std::string, std::set<std::string>> metrics;  // by source
  std::map<std::string, std::set<std::string>> empty;    // of no value, by source
  for (const auto& summary : all) {
    for (const auto& reading : summary.launch.readings) {
      if (!is_own_metric(reading.metric))
        (reading.value ? metrics : empty)[source_of(reading.metric)].insert(reading.metric);
    }
  }
  if (run.settings.collectors.empty()) return "";
  const auto list = [](const auto& by_source) {
    std::string text;
    for (const auto& [source, ids] : by_source)
      text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", printable(source), ids.size());
    return text;
  };
  for (const auto& [source, ids] : metrics) {
    for (const auto& id : ids) empty[source].erase(id);  // some launches have it
  }
  std::erase_if(empty, [](const auto& one) { return one.second.empty(); });
  if (metrics.empty() && empty.empty()) return "";
  const auto& first = metrics.empty() ? empty : metrics;
  return fmt::format("{}{}{}: 'assay show {} --metrics \"{}*\"' shows {}.",
                     metrics.empty() ? "Nothing was collected beside the times"
                                     : "Collected beside the times, metrics of " + list(metrics),
                     empty.empty() ? "" : "; without a value: ", list(empty), run.id.substr(0, 8),
                     printable(first.begin()->first), empty.empty() ? "them" : "them and why");
}

std::string noise_sentence(const std::vector<ResultRow>& rows, const Run& run) {
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
    if (probe.kind != "check" || probe.probe.available || !assay::run::disturbs_times(probe.name)) continue;
    warnings += (warnings.empty() ? " (" : "; ") + printable(probe.probe.reason);
  }
  return fmt::format("Its noise: launches of one case differ by {} at the median case and {} at the worst{}.",
                     percent(stats::median(spreads)),
                     percent(*std::max_element(spreads.begin(), spreads.end())),
                     warnings.empty() ? "" : warnings + ")");
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
      "The smallest change that it can see (an interval that leaves 1 out), estimated from these {} launches "
      "a case alone: {} at the median "
      "case, {} at the "
      "worst (80 % power, 5 % error).",
      launches, percent(stats::median(changes)), percent(*std::max_element(changes.begin(), changes.end())));
}

/// Workers whose code was not optimised, by what they say of their compiler; "" when none was.
std::string unoptimised_sentence(const std::vector<ResultRow>& rows) {
  for (const auto& row : rows) {
    for (const char* sign : {"Debug", "-O0", "no build type"}) {
      if (row.subject.compiler.find(sign) == std::string::npos) continue;
      return fmt::format(
          "The code of '{}' was not optimised ({}): its times are not those of a release build.",
          printable(row.subject.name), printable(row.subject.compiler));
    }
  }
  return "";
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

bool is_contended(const Launch& launch) {
  return std::any_of(launch.readings.begin(), launch.readings.end(), [](const Reading& reading) {
    return reading.metric == "host.contended" && reading.value.value_or(0) > 0;
  });
}

std::string contended_sentence(const std::vector<LaunchSummary>& all) {
  int launches = 0;
  double largest = -1;
  std::string reason;
  for (const auto& summary : all) {
    if (!is_contended(summary.launch)) continue;
    ++launches;
    double share = 0;
    std::string causes;
    for (const auto& reading : summary.launch.readings) {
      if (reading.metric == "host.contended") causes = reading.reason;
      if (reading.metric.starts_with("host.") && reading.unit == "ratio" && reading.value &&
          reading.metric != "host.contended" && reading.metric != "host.other_cpus_busy" &&
          reading.metric != "host.cpu_stall")
        share = std::max(share, *reading.value);
    }
    if (share <= largest) continue;
    largest = share;
    reason = causes;
  }
  if (launches == 0) return "";
  return launches == 1
             ? fmt::format("1 launch was contended: {}.", printable(reason))
             : fmt::format("{} launches were contended: in the worst, {}.", launches, printable(reason));
}

/// Empty where no case has a limit: somebody else's benchmarks do not say what they compute.
std::string limits_sentence(const std::vector<ResultRow>& rows, std::int64_t cache_bytes) {
  const Roof memory = best_roof(rows, "roof.mem", "kind", "load", "bytes");
  const Roof arithmetic = best_roof(rows, "roof.fma", "dtype", "f32", "operations");
  std::string text;
  if (arithmetic.rate > 0) {
    text = fmt::format("computes {} (f32, fused multiply-adds)", rate(arithmetic.rate, "operations"));
  }
  const bool limited = std::any_of(rows.begin(), rows.end(), [](const ResultRow& row) {
    return row.work.operations > 0 || row.work.minimum_bytes > 0 || row.status != Status::ok;
  });
  if (memory.rate <= 0) {
    if (text.empty() && !limited) return "";
    return text.empty() ? "What limits this machine was not measured in this run: add 'roof.mem' and "
                          "'roof.fma' to it."
                        : "This machine " + text + ".";
  }
  text =
      fmt::format("This machine reads {}{}", rate(memory.rate, "bytes"), text.empty() ? "" : " and " + text);
  constexpr std::int64_t caches_to_reach_memory = 4;
  const std::int64_t needed = caches_to_reach_memory * cache_bytes;
  if (cache_bytes <= 0 || memory.bytes < needed) {
    return fmt::format(
        "{}; its arrays of {} say nothing of memory, which takes four times the last-level cache ({}){}.",
        text, bytes(static_cast<double>(memory.bytes)),
        cache_bytes <= 0 ? "its size is not known" : bytes(static_cast<double>(cache_bytes)),
        cache_bytes <= 0
            ? ""
            : fmt::format(": 'roof.mem/*?bytes={}'", std::bit_ceil(static_cast<std::uint64_t>(needed))));
  }
  if (arithmetic.rate <= 0) return text + " from memory.";
  return fmt::format("{}: work with fewer than {:.1f} operations a byte is limited by memory here.", text,
                     arithmetic.rate / memory.rate);
}

std::vector<std::string> input_sentences(const Run& run) {
  std::vector<std::string> sentences;
  for (const auto& [key, notes] : run.settings.more) {
    if (!key.starts_with("input.") || !key.ends_with(".notes") || notes.empty()) continue;
    const std::string family = key.substr(6, key.size() - 12);
    const auto seeded = run.settings.more.find("input." + family + ".seeded");
    std::string text = fmt::format("The input of {}: {}.", printable(family), printable(notes, 2000));
    if (seeded != run.settings.more.end() && !seeded->second.empty())
      text += fmt::format(" Seeded values stand in {}, for which it names no column.",
                          printable(seeded->second, 2000));
    sentences.push_back(std::move(text));
  }
  if (run.settings.suite == "quick" && sentences.empty()) {
    sentences.emplace_back(
        "No --input was given: vision and dataframe worked on seeded values. For real ones: --input "
        "vision=photo.jpg --input dataframe=flights.csv:key=carrier,v1=distance.");
  }
  return sentences;
}

/// Cases that two workers offer are one worker's: whoever compares builds must know whose.
std::string hidden_sentence(const Run& run) {
  std::string text;
  std::size_t more = 0;
  for (const auto& probe : run.probes) {
    if (probe.kind != "hidden") continue;
    if (text.empty()) {
      text = fmt::format("Two workers offer {}: {}", printable(probe.name), printable(probe.probe.reason));
    } else {
      ++more;
    }
  }
  if (text.empty()) return text;
  return text + (more > 0 ? fmt::format(" (so are {} more cases).", more) : ".");
}

/// Which have no times: no limit of this host and no noise concern them.
bool are_emulated(const std::vector<ResultRow>& rows) {
  return !rows.empty() && std::all_of(rows.begin(), rows.end(), [](const ResultRow& row) {
    return row.device_fidelity == "functional";
  });
}

RunSentences sentences_of(const Run& run, const std::vector<LaunchSummary>& launches,
                          const std::vector<ResultRow>& rows) {
  RunSentences sentences;
  sentences.imported = import_sentence(run);
  if (!sentences.imported.empty()) return sentences;
  if (are_emulated(rows)) {
    sentences.noise =
        "Nothing here has a time: an emulator's is none. Counts of emulated devices are exact, so one that "
        "differs by 1 differs.";
  } else {
    sentences.limits = limits_sentence(rows, static_cast<std::int64_t>(Caches(run.host.host_class).last));
    sentences.noise = noise_sentence(rows, run);
    sentences.smallest_change = smallest_change_sentence(rows);
  }
  sentences.refused = refused_sentence(run, rows);
  sentences.inputs = input_sentences(run);
  sentences.hidden = hidden_sentence(run);
  sentences.unoptimised = unoptimised_sentence(rows);
  sentences.contended = contended_sentence(launches);
  sentences.exits = exit_sentence(launches);
  sentences.collected = collected_sentence(run, launches);
  sentences.next = next_sentence(run, rows);
  return sentences;
}

std::vector<std::string> run_sentences(const Run& run, const std::vector<LaunchSummary>& launches,
                                       const std::vector<ResultRow>& rows, const std::string& database) {
  RunSentences all = sentences_of(run, launches, rows);
  if (!all.imported.empty()) return {all.imported};
  std::vector<std::string> sentences{all.limits, all.noise, all.smallest_change, all.refused};
  sentences.insert(sentences.end(), all.inputs.begin(), all.inputs.end());
  for (const auto* text : {&all.hidden, &all.unoptimised, &all.contended, &all.exits, &all.collected})
    sentences.push_back(*text);
  sentences.push_back(
      fmt::format("The database is {}; 'assay show {}' prints this again, 'assay export {} --format csv' "
                  "gives it to other tools.",
                  printable(database), run.id.substr(0, 8), run.id.substr(0, 8)));
  sentences.push_back(all.next);
  std::erase(sentences, "");
  return sentences;
}

}  // namespace assay::cli

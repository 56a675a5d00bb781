// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/answers/roof.h"
#include "harness/core/device_span.h"
#include "harness/core/region_span.h"
#include "harness/stats/quantile.h"

namespace assay {

namespace {

/// Above this share of a limit, the limit is what to look at first.
constexpr double near_limit = 0.6;
/// Out-of-order cores of today retire 4 to 6 instructions a cycle at most, and wait most of the time below
/// one.
constexpr double busy_per_cycle = 2.5;
constexpr double waiting_per_cycle = 1;
/// A mispredicted branch costs 10 to 20 cycles: at one in 100 instructions, as much as those instructions.
constexpr double many_branch_misses = 10;

std::optional<double> value_of(const ResultRow& row, const std::string& id) {
  const MetricValue* metric = find_metric(row, id);
  return metric == nullptr ? std::nullopt : metric->value;
}

std::string path_of(const std::string& isa) { return isa.substr(0, isa.find(';')); }

class Derived {
 public:
  explicit Derived(const ResultRow& row)
      : row_(row), instructions_(find_metric(row, "callgrind.instructions")) {}

  std::vector<MetricValue> all() {
    ratio("instructions_per_unit", "count", Better::lower, count("callgrind.instructions"), row_.work.units);
    const double operations = row_.work.operations;
    ratio("operations_per_instruction", "count", Better::higher,
          operations > 0 ? std::optional(operations) : std::nullopt, count("callgrind.instructions"),
          "the definition counts no operations");
    per_cycle();
    for (const char* what : {"branch_misses", "d1_misses", "ll_misses"}) {
      const MetricValue* misses = find_metric(row_, std::string("callgrind.") + what);
      ratio(std::string(what) + "_per_1000", "count", Better::neither,
            misses != nullptr && misses->value ? std::optional(1000 * *misses->value) : std::nullopt,
            count("callgrind.instructions"), misses == nullptr ? "not simulated" : misses->reason);
    }
    return std::move(values_);
  }

 private:
  std::optional<double> count(const std::string& id) const { return value_of(row_, id); }

  void add(const std::string& name, const std::string& unit, Better better, std::optional<double> value,
           const std::string& reason) {
    MetricValue metric;
    metric.id = "profile." + name;
    metric.value = value;
    metric.unit = unit;
    metric.better = better;
    if (!value) {
      metric.state = ReadingState::not_counted;
      metric.reason = reason;
    }
    values_.push_back(std::move(metric));
  }

  void ratio(const std::string& name, const std::string& unit, Better better, std::optional<double> over,
             std::optional<double> under, const std::string& reason = "") {
    std::string why = reason;
    if (!count("callgrind.instructions"))
      why = instructions_ == nullptr ? "instructions were not asked for" : instructions_->reason;
    const bool known = over && under && *under > 0;
    add(name, unit, better, known ? std::optional(*over / *under) : std::nullopt, why);
  }

  void per_cycle() {
    const auto instructions = count("callgrind.instructions");
    const auto clock = count("clock.core");
    const auto time = count("time.wall.p50");
    std::string reason;
    if (!instructions) {
      reason = instructions_ == nullptr ? "instructions were not asked for" : instructions_->reason;
    } else if (answers_detail::is_open_loop(row_)) {
      reason = "an open loop's latency holds waiting, which no instruction takes";
    } else if (row_.isa.empty() || row_.isa == row_.value.implementation) {
      reason = "the path that was timed is not known";
    } else if (path_of(instructions_->isa) != path_of(row_.isa)) {
      reason = fmt::format("the path that was timed is {}, the one that was counted {}", path_of(row_.isa),
                           path_of(instructions_->isa));
    } else if (row_.threads != 1) {
      reason = "it ran on several threads";
    } else if (!clock || !time || *time <= 0) {
      reason = "the clock was not measured";
    }
    add("instructions_per_cycle", "count", Better::neither,
        reason.empty() ? std::optional(*instructions / (*time * 1e-9 * *clock)) : std::nullopt, reason);
  }

  const ResultRow& row_;
  const MetricValue* instructions_;
  std::vector<MetricValue> values_;
};

std::vector<PhaseTime> phases_of(const std::vector<Launch>& launches) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<double>> seconds;  // one a launch
  for (const auto& launch : launches) {
    if (launch.lane != "timing" || launch.status != Status::ok) continue;
    std::map<std::string, double> sums;
    for (const auto& span : launch.spans) {
      if (std::find(order.begin(), order.end(), span.name) == order.end()) order.push_back(span.name);
      sums[span.name] += static_cast<double>(span.end_ns - span.start_ns) * 1e-9;
    }
    for (const auto& [name, sum] : sums) seconds[name].push_back(sum);
  }
  std::vector<PhaseTime> phases;
  for (const auto& name : order) phases.push_back({name, stats::median(seconds[name])});
  return phases;
}

std::vector<Span> moved(std::vector<Span> spans, std::int64_t by_ns) {
  for (auto& span : spans) span.start_ns += by_ns, span.end_ns += by_ns;
  return spans;
}

/// The outermost regions, a row a thread, and what a device did, a row a kind and stream. Their offsets have
/// the samples' origin; the last sample ends with the phase `measure` (as in harness/exchange/launches.h).
std::vector<TimelineOf> rows_inside(const Launch& launch, const std::string& name, std::int64_t begin_ns) {
  std::int64_t measured_ns = 0;
  for (const auto& span : launch.spans) {
    if (span.name == "measure") measured_ns = span.end_ns;
  }
  if (launch.samples.size() == 0 || measured_ns == 0) return {};
  std::map<std::pair<std::string, std::int64_t>, TimelineOf> found;  // in the order of kinds, then of numbers
  const auto add = [&](const std::string& kind, const std::string& what, std::int64_t number, Span span) {
    TimelineOf& row = found[{kind, number}];
    row.name = fmt::format("{}, {} {}", name, what, number);
    row.spans.push_back(std::move(span));
  };
  for (const auto& region : region_spans(launch.tracks)) {
    if (region.path.find('/') != std::string::npos) continue;
    add("", "thread", region.thread, {region.path, region.start_ns, region.end_ns});
  }
  for (const auto& span : device_spans(launch.tracks))
    add(span.kind, span.kind + (span.kind == "calls" ? ", thread" : ", stream"), span.stream,
        {span.name, span.start_ns, span.end_ns});
  std::vector<TimelineOf> rows;
  for (auto& [place, row] : found) {
    std::sort(row.spans.begin(), row.spans.end(),
              [](const Span& a, const Span& b) { return a.start_ns < b.start_ns; });
    rows.push_back(
        {row.name, moved(std::move(row.spans), begin_ns + measured_ns - launch.samples.end_ns.back())});
  }
  return rows;
}

std::vector<TimelineOf> timeline_of(const std::vector<Launch>& launches) {
  std::vector<const Launch*> order;
  for (const auto& launch : launches) order.push_back(&launch);
  std::stable_sort(order.begin(), order.end(),
                   [](const Launch* a, const Launch* b) { return a->started_utc_ms < b->started_utc_ms; });
  std::vector<TimelineOf> rows;
  std::map<std::string, std::vector<TimelineOf>> inside;  // of the last launch of each lane that has any
  for (const Launch* launch : order) {
    const std::int64_t begin_ns = (launch->started_utc_ms - order.front()->started_utc_ms) * 1'000'000;
    const std::string name = fmt::format("{} launch {}", launch->lane, launch->index + 1);
    rows.push_back({name, moved(launch->spans, begin_ns)});
    if (auto found = rows_inside(*launch, name, begin_ns); !found.empty())
      inside[launch->lane] = std::move(found);
  }
  for (auto& [lane, found] : inside) rows.insert(rows.end(), found.begin(), found.end());
  return rows;
}

double derived(const Profile& profile, const std::string& name) {
  for (const auto& metric : profile.derived) {
    if (metric.id == "profile." + name) return metric.value.value_or(0);
  }
  return 0;
}

/// What level 1 of top-down loses most to, where that is much (collectors/groups, TOPDOWN1).
std::string top_down_finding(const ResultRow& row) {
  struct Loss {
    const char* id;
    const char* what;
  };
  constexpr Loss losses[] = {
      {"topdown.backend_bound", "of the issue slots wait for the back end: memory or execution units"},
      {"topdown.frontend_bound", "of the issue slots stay empty because no instructions come"},
      {"topdown.bad_speculation", "of the issue slots are lost to wrong predictions"},
      {"topdown.backend_stalled", "of the cycles issue nothing because the back end has no room"},
      {"topdown.frontend_stalled", "of the cycles issue nothing because no instructions come"},
  };
  constexpr double much = 0.2;
  const Loss* most = nullptr;
  double share = much;
  for (const auto& loss : losses) {
    const auto value = value_of(row, loss.id);
    if (value && *value >= share) most = &loss, share = *value;
  }
  if (most == nullptr) return "";
  std::string text = fmt::format("{:.0f} % {}", 100 * share, most->what);
  const std::string level2 = std::string(most->id) + ".memory";
  if (const auto memory = value_of(row, level2)) text += fmt::format("; memory has {:.0f} %", 100 * *memory);
  return text + ".";
}

/// Whether its threads had their CPUs; "" where they had, or it is not known. `rusage.cpus` is their CPU time
/// over the time that passed.
std::string waiting_finding(const ResultRow& row) {
  constexpr double little = 0.7;  // of a CPU for each thread
  const auto cpus = value_of(row, "rusage.cpus");
  const double threads = std::max(1, row.threads);
  if (row.value.device != "cpu" || !cpus || *cpus >= little * threads) return "";
  std::string text = fmt::format("Its {} ran {:.0f} % of the time", threads > 1 ? "threads" : "thread",
                                 100 * *cpus / threads);
  const auto queue = value_of(row, "host.run_queue_wait");
  // Both are medians of their own over launches: together they may be more than all of the time.
  if (queue && *cpus / threads + *queue >= 1) return text + "; else it waited for a CPU that others had.";
  if (queue && *queue >= 0.05)
    text += fmt::format(" and waited {:.0f} % of it for a CPU that others had", 100 * *queue);
  return text + ": the rest it slept, for files, locks, other processes, or because it wanted to.";
}

std::string contended_finding(const ResultRow& row) {
  const auto contended = value_of(row, "host.contended");
  if (!contended || *contended <= 0) return "";
  return fmt::format(
      "{:.0f} % of its launches were contended: others took CPUs of this machine meanwhile, and times that "
      "stand beside one another here may differ for that alone.",
      100 * *contended);
}

std::vector<std::string> findings_of(const Profile& profile) {
  std::vector<std::string> findings;
  const auto add = [&](std::string text) { findings.push_back(std::move(text)); };
  const ResultRow& row = profile.row;
  if (row.status != Status::ok) {
    add(fmt::format("It has no valid result ({}): {}", to_string(row.status), row.reason));
    return findings;
  }
  if (const auto fraction = profile.placement.fraction.value) {
    add(fmt::format("It reaches {:.0f} % of its nearest limit here ({}): {}.", 100 * *fraction,
                    profile.placement.fraction.reason,
                    *fraction >= near_limit
                        ? "only less work of that kind, or another machine, makes it much faster"
                        : "the rest of its time goes to something else"));
  }
  if (const std::string waits = waiting_finding(row); !waits.empty()) add(waits);
  if (const double ipc = derived(profile, "instructions_per_cycle"); ipc >= busy_per_cycle) {
    add(fmt::format("The core is busy ({:.1f} instructions a cycle): fewer instructions make it faster.",
                    ipc));
  } else if (ipc > 0 && ipc <= waiting_per_cycle) {
    add(fmt::format(
        "The core waits ({:.1f} instructions a cycle): for data, for results of long chains, or for "
        "mispredicted branches.",
        ipc));
  }
  if (const std::string loss = top_down_finding(row); !loss.empty()) add(loss);
  if (!profile.loops.empty() && profile.instructions > 0) {
    const HotLoop& loop = profile.loops.front();
    add(fmt::format("{:.0f} % of its instructions are one loop of {} in {}, {:.10g} turns a call.",
                    100 * loop.instructions / profile.instructions, loop.length,
                    profile.hot_spots[loop.spot].function, loop.turns));
  } else if (!profile.hot_spots.empty() && profile.instructions > 0) {
    const HotSpot& spot = profile.hot_spots.front();
    add(fmt::format("{:.0f} % of its instructions are in {}, without a loop.",
                    100 * spot.instructions / profile.instructions, spot.function));
  }
  if (const double each = derived(profile, "operations_per_instruction"); each > 0 && each < 1) {
    add(fmt::format(
        "An instruction does {:.2f} of the definition's operations: it is not vectorised, or most of it "
        "is something else.",
        each));
  }
  if (const double misses = derived(profile, "branch_misses_per_1000"); misses >= many_branch_misses) {
    add(fmt::format(
        "{:.0f} of 1,000 instructions are branches that a simulated predictor gets wrong: their cost may "
        "be the largest part.",
        misses));
  }
  if (const std::string contended = contended_finding(row); !contended.empty()) add(contended);
  for (const auto& note : row.notes) add(note.text + ".");
  return findings;
}

}  // namespace

Profile make_profile(const ResultRow& row, const std::vector<Launch>& launches,
                     const std::vector<ResultRow>& roofs,
                     const std::map<std::string, std::string>& host_class) {
  Profile profile;
  profile.row = row;
  auto placements = make_roofline(roofs, {row}, host_class, row.value.device).placements;
  if (!placements.empty()) profile.placement = std::move(placements.front());
  profile.derived = Derived(row).all();
  for (const auto& launch : launches) {
    if (!launch.hot_spots.empty() && launch.status == Status::ok) profile.hot_spots = launch.hot_spots;
  }
  profile.loops = find_loops(profile.hot_spots);
  profile.instructions = value_of(row, "callgrind.instructions").value_or(0);
  profile.regions = regions_of(row);
  profile.phases = phases_of(launches);
  profile.timeline = timeline_of(launches);
  profile.findings = findings_of(profile);
  return profile;
}

}  // namespace assay

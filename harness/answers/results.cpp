// SPDX-License-Identifier: Apache-2.0
#include "harness/answers/results.h"

#include <algorithm>
#include <map>

#include "harness/answers/metrics.h"
#include "harness/answers/notes.h"
#include "harness/answers/roof.h"
#include "harness/answers/roof_checks.h"
#include "harness/core/privacy.h"

namespace assay {

namespace {

using answers_detail::LaunchPointers;

constexpr const char* timing_lane = "timing";

/// How bad a status is when no launch was valid: the worst is the case's.
int severity(Status status) {
  switch (status) {
    case Status::ok:
      return 0;
    case Status::skipped:
      return 1;
    case Status::unavailable:
      return 2;
    case Status::timeout:
      return 3;
    case Status::failed:
      return 4;
    case Status::invalid:
      return 5;
  }
  return 4;
}

/// Status, reason and verification, from all launches of the case for one subject.
void set_status(ResultRow& row, const LaunchPointers& launches) {
  LaunchPointers decisive;
  for (const LaunchSummary* item : launches) {
    if (item->launch.lane == timing_lane) decisive.push_back(item);
  }
  if (decisive.empty()) decisive = launches;
  std::size_t valid = 0;
  const Launch* worst = nullptr;
  row.verified = true;
  for (const LaunchSummary* item : decisive) {
    const Launch& launch = item->launch;
    if (launch.status == Status::ok) {
      ++valid;
      if (!launch.verified) row.verified.reset();
    } else if (worst == nullptr || severity(launch.status) > severity(worst->status)) {
      worst = &launch;
    }
  }
  for (const LaunchSummary* item : launches) {  // an invalid launch in any lane spoils the case
    const Launch& launch = item->launch;
    if (launch.status != Status::invalid) continue;
    const bool worse = worst == nullptr || worst->status != Status::invalid || launch.verified == false;
    if (worse) worst = &launch;
  }
  if (worst != nullptr && (valid == 0 || worst->status == Status::invalid)) {
    row.status = worst->status;
    row.reason = worst->reason;
    row.verified = worst->status == Status::invalid ? worst->verified : std::nullopt;
  } else {
    row.status = Status::ok;
    // What a budget left out was never begun: the row has fewer launches, and lost none.
    const auto lost = std::count_if(decisive.begin(), decisive.end(), [](const LaunchSummary* item) {
      return item->launch.status != Status::ok && item->launch.status != Status::skipped;
    });
    if (lost > 0) {
      if (decisive.front()->launch.lane == timing_lane) row.lost_launches = lost;
      row.reason = std::to_string(lost) + " of " + std::to_string(valid + static_cast<std::size_t>(lost)) +
                   " launches were lost; " + to_string(worst->status) + ": " + worst->reason;
    }
  }
}

void set_facts(ResultRow& row, const Launch& facts) {
  row.unit_of_work = facts.unit_of_work;
  row.work = facts.work;
  row.resident_bytes = static_cast<std::int64_t>(facts.resident_bytes);
  row.threads = facts.threads;
  row.isa = facts.isa;
  row.accuracy = facts.accuracy;
  row.device_fidelity = facts.device.fidelity;
  row.device_model = model_of(facts.device);
  row.device_board = board_of(facts.device);
  row.input_digest = facts.input_digest;
  row.output_digest = facts.output_digest;
}

/// The launch whose facts are the case's: a valid one of the timing lane (tools of other lanes may force
/// another ISA path), else any valid one, else the first.
const Launch& telling_launch(const LaunchPointers& launches) {
  const Launch* best = &launches.front()->launch;
  const auto rank = [](const Launch& launch) {
    return (launch.status == Status::ok ? 2 : 0) + (launch.lane == timing_lane ? 1 : 0);
  };
  for (const LaunchSummary* item : launches) {
    if (rank(item->launch) > rank(*best)) best = &item->launch;
  }
  return *best;
}

/// Steady values of the valid timing launches, decoded: asked for only when a rule cannot do without.
struct RawValues {
  const Store& store;
  const std::string& run_id;
  std::int64_t ordinal;
  const Subject& subject;

  std::vector<std::vector<double>> calls() const {
    return of([](const Launch& launch) { return call_times_ns(launch.samples, launch.samples.warmup); });
  }
  std::vector<std::vector<double>> track(const std::string& metric) const {
    return of([&](const Launch& launch) {
      const auto found = std::find_if(launch.tracks.begin(), launch.tracks.end(),
                                      [&](const Track& track) { return track.metric == metric; });
      return found == launch.tracks.end() ? std::vector<double>() : steady_values(*found, launch.samples);
    });
  }

 private:
  template <typename Values>
  std::vector<std::vector<double>> of(const Values& values_of) const {
    std::vector<std::vector<double>> result;
    for (const Launch& launch : store.load_case(run_id, ordinal)) {
      if (launch.lane != timing_lane || launch.status != Status::ok || !(launch.subject == subject)) continue;
      auto values = values_of(launch);
      if (!values.empty()) result.push_back(std::move(values));
    }
    return result;
  }
};

constexpr const char* no_time = "an emulator's time is no time";

void set_metrics(ResultRow& row, const LaunchPointers& launches, const RawValues& raw, bool with_samples) {
  using answers_detail::absent;
  const bool emulated = row.device_fidelity == "functional";
  LaunchPointers valid;
  LaunchPointers timed;
  std::int64_t peak_rss = 0;
  std::int64_t rss_launches = 0;
  for (const LaunchSummary* item : launches) {
    if (item->launch.status != Status::ok) continue;
    valid.push_back(item);
    if (item->launch.lane != timing_lane) continue;
    peak_rss = std::max(peak_rss, item->launch.peak_rss_bytes);
    if (item->launch.peak_rss_bytes > 0) ++rss_launches;
    if (item->call && !emulated) timed.push_back(item);
  }
  row.launches = emulated ? std::count_if(valid.begin(), valid.end(),
                                          [](const auto* item) { return item->launch.lane == timing_lane; })
                          : static_cast<std::int64_t>(timed.size());
  if (!timed.empty()) row.machine_code = timed.front()->launch.machine_code;
  for (const LaunchSummary* item : timed) {
    row.samples += item->call->n;
    row.batch = std::max(row.batch, item->call->batch);
    row.launch_medians_ns.push_back(item->call->median_ns);
    if (item->launch.machine_code != row.machine_code) row.machine_code.clear();
  }
  const auto append = [&](std::vector<MetricValue> metrics) {
    for (MetricValue& metric : metrics) row.metrics.push_back(std::move(metric));
  };
  if (timed.empty()) {
    const bool any = std::any_of(valid.begin(), valid.end(),
                                 [](const auto* item) { return item->launch.lane == timing_lane; });
    row.metrics.push_back(absent("time.wall.p50", "ns", Better::lower,
                                 emulated ? no_time
                                 : any    ? "its launches have no samples"
                                          : "no valid launch in the timing lane"));
  } else {
    answers_detail::RawSamples calls;
    answers_detail::RawTrack tracks;
    if (with_samples) {
      calls = [&] { return raw.calls(); };
      tracks = [&](const std::string& id) { return raw.track(id); };
    }
    append(answers_detail::time_metrics(timed, calls));
    if (!answers_detail::is_open_loop(row)) {
      append(answers_detail::throughput_metrics(timed.front()->launch, row.metrics.front()));
    }
    append(answers_detail::track_metrics(timed, tracks));
  }
  if (peak_rss > 0) {
    MetricValue metric = absent("memory.peak_rss", "byte", Better::lower, "", ReadingState::ok);
    metric.value = static_cast<double>(peak_rss);
    metric.n = rss_launches;
    metric.samples = rss_launches;
    row.metrics.push_back(std::move(metric));
  }
  LaunchPointers read = valid;  // and launches of the exact lane that were lost: their readings say why
  for (const LaunchSummary* item : launches) {
    if (item->launch.lane != timing_lane && item->launch.status != Status::ok) read.push_back(item);
  }
  append(answers_detail::reading_metrics(read));
  for (MetricValue& metric : row.metrics) {
    if (!emulated || !(metric.id.starts_with("time.") || metric.id == "board.cycles")) continue;
    metric = absent(metric.id, metric.unit, metric.better, no_time);
  }
  const MetricValue* instructions = find_metric(row, "qemu.instructions");
  if (instructions != nullptr && instructions->value && row.work.operations > 0) {
    MetricValue each = *instructions;
    each.id = "qemu.instructions_per_mac";
    *each.value /= row.work.operations / 2;
    each.ci_low.reset();
    each.ci_high.reset();
    row.metrics.push_back(std::move(each));
  }
}

ResultRow blank_row(const Run& run, const std::string& class_id, const PlannedCase& planned) {
  ResultRow row;
  row.run = run.id;
  row.case_key = to_string(planned.value);
  row.value = planned.value;
  row.params = planned.params;
  row.side = trial_side(run, planned);
  row.host = run.host.name;
  row.host_class_id = class_id;
  return row;
}

}  // namespace

std::string model_of(const Device& device) {
  const auto found = device.fingerprint.find("model");
  return device.name == "cpu" || found == device.fingerprint.end() ? std::string() : found->second;
}

std::string board_of(const Device& device) {
  const auto found = device.fingerprint.find("uuid");
  if (found == device.fingerprint.end() || found->second == "hidden") return {};
  return pseudonym(found->second, "board");
}

std::string trial_side(const Run& run, const PlannedCase& planned) {
  const auto trial = run.settings.more.find("trial.kind");
  const bool two_sides = trial != run.settings.more.end() && trial->second != "calibrate";
  return two_sides ? planned.worker : "";
}

std::vector<ResultRow> results(const Store& store, const Run& run, const std::vector<LaunchSummary>& launches,
                               bool with_samples) {
  const std::string class_id = run.host.class_id();
  std::map<std::int64_t, std::map<Subject, LaunchPointers>> by_case;
  for (const LaunchSummary& item : launches)
    by_case[item.launch.case_ordinal][item.launch.subject].push_back(&item);

  std::vector<ResultRow> rows;
  for (const PlannedCase& planned : run.plan) {
    const auto found = by_case.find(planned.ordinal);
    if (found == by_case.end()) {
      ResultRow row = blank_row(run, class_id, planned);
      row.status = Status::skipped;
      row.reason = "it was not measured";
      rows.push_back(std::move(row));
      continue;
    }
    for (const auto& [subject, own] : found->second) {
      ResultRow row = blank_row(run, class_id, planned);
      row.subject = subject;
      set_status(row, own);
      set_facts(row, telling_launch(own));
      if (row.status == Status::ok) {
        set_metrics(row, own, {store, run.id, planned.ordinal, subject}, with_samples);
      }
      rows.push_back(std::move(row));
    }
  }

  const answers_detail::Ceilings ceilings = answers_detail::find_ceilings(rows);
  for (ResultRow& row : rows) {
    if (row.status != Status::ok || row.launches == 0 || row.value.workload.starts_with("roof.")) continue;
    if (answers_detail::is_open_loop(row)) continue;
    if (row.work.operations <= 0 && row.work.minimum_bytes <= 0) continue;  // a foreign benchmark
    MetricValue metric = answers_detail::roof_fraction(row, ceilings);
    const auto place = std::find_if(row.metrics.begin(), row.metrics.end(), [](const MetricValue& m) {
      return !m.id.starts_with("time.wall.") && !m.id.starts_with("throughput.");
    });
    row.metrics.insert(place, std::move(metric));
  }
  const Caches caches(run.host.host_class);
  for (ResultRow& row : rows) {
    row.notes = answers_detail::notes_of(row, ceilings);
    for (CaseNote& note : answers_detail::roof_notes(row, rows, caches)) row.notes.push_back(std::move(note));
  }
  return rows;
}

const std::vector<Metric>& own_metrics() {
  static const std::vector<Metric> metrics{
      {"time.wall.p50", "ns", Better::lower, "A call's median time: the median of the launches' medians."},
      {"time.wall.p90", "ns", Better::lower, "Nine calls of ten are faster; not of batches of calls."},
      {"time.wall.p99", "ns", Better::lower, "99 calls of 100 are faster; not of batches of calls."},
      {"throughput.UNIT", "UNIT/s", Better::higher, "The workload's unit of work a second: rows, frames."},
      {"throughput.operations", "operations/s", Better::higher, "Arithmetic operations a second."},
      {"throughput.bytes", "byte/s", Better::higher, "Compulsory memory traffic a second."},
      {"roof.fraction", "ratio", Better::higher, "Share of what this run's roof cases allow."},
      {"time.device.p50", "ns", Better::lower, "A call's median time by the device's own clock."},
      {"time.device.p99", "ns", Better::lower, "99 calls of 100 are faster by the device's own clock."},
      {"time.end_to_end.p50", "ns", Better::lower,
       "A call's median time on a GPU with its inputs brought from the host and its results fetched."},
      {"device.clock.p50", "Hz", Better::neither,
       "Clock of a GPU of NVIDIA's right after each reading of its own time."},
      {"device.held_down.p50", "ratio", Better::neither,
       "1: heat or power held it down in most readings. Those are left out of time.device."},
      {"device.waited.p50", "count", Better::neither,
       "How often within a long call the device ran out of work until the host launched more: time.device "
       "holds that."},
      {"vulkan.invocations.p50", "count", Better::neither,
       "Invocations of shaders in one call, as a Vulkan driver counts them."},
      {"memory.peak_rss", "byte", Better::lower, "The most memory that the worker held in any launch."},
      {"host.foreign_cpu", "ratio", Better::lower, "What other processes took of the CPUs measured on."},
      {"host.other_cpus_busy", "ratio", Better::lower, "How busy the other CPUs were meanwhile."},
      {"host.stolen", "ratio", Better::lower, "What the hypervisor took of the CPUs measured on."},
      {"host.run_queue_wait", "ratio", Better::lower,
       "How long the worker's threads waited for a CPU they wanted."},
      {"host.switched_out", "Hz", Better::lower, "How often they lost their CPU, a second of CPU time."},
      {"host.cpu_stall", "ratio", Better::lower, "How long some task of the host waited for a CPU."},
      {"host.memory_stall", "ratio", Better::lower, "How long some task of the host waited for memory."},
      {"host.contended", "ratio", Better::lower,
       "1: others took what the launch needed; its reason says what."},
      {"load.offered", "Hz", Better::neither, "Requests of an open loop a second, by when they were due."},
      {"load.served", "Hz", Better::higher, "The same by when they were done."},
      {"load.overloaded", "", Better::neither,
       "No value; the reason says that an open loop's requests came faster than they were served."},
      {"qemu.instructions_per_mac", "count", Better::lower,
       "Instructions of one call on an emulated board over its multiply-accumulates (half of its "
       "operations)."},
      {"profile.instructions_per_unit", "count", Better::lower,
       "Exact instructions of a call over its units of work (assay profile)."},
      {"profile.instructions_per_cycle", "count", Better::neither,
       "Exact instructions over time and clock, of one thread, where the counted path is the timed one "
       "(assay profile)."},
      {"profile.operations_per_instruction", "count", Better::higher,
       "Operations by the definition over exact instructions (assay profile)."},
      {"profile.branch_misses_per_1000", "count", Better::neither,
       "Simulated, of 1,000 instructions (assay profile)."},
      {"profile.d1_misses_per_1000", "count", Better::neither, "Likewise of the first-level data cache."},
      {"profile.ll_misses_per_1000", "count", Better::neither, "Likewise of the last level."},
      {"meter.energy", "J", Better::lower,
       "Energy of one call at the supply of a real board, by its power meter's CSV (meter in [[serial]])."},
      {"warmup.unsettled", "", Better::neither, "No value; the reason says how warming up ran out of time."},
      {"result.not_finite", "", Better::neither,
       "No value; the reason says which output is NaN or infinite."},
      {"worker.exit", "", Better::neither, "No value; the reason says how a worker ended badly after bye."},
  };
  return metrics;
}

void select(std::vector<ResultRow>& rows, const std::optional<Selector>& selector) {
  if (!selector) return;
  std::erase_if(rows, [&](const ResultRow& row) { return !matches(*selector, row.value, row.params); });
}

std::vector<ResultRow> results(const Store& store, const std::string& run_id,
                               const std::optional<Selector>& selector) {
  std::vector<ResultRow> rows = results(store, store.load_run(run_id), store.load_summaries(run_id));
  select(rows, selector);
  return rows;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <memory>
#include <utility>

#include "harness/core/error.h"
#include "harness/store/in_progress.h"
#include "harness/store/json_fields.h"
#include "harness/store/rows.h"
#include "harness/store/sample_codec.h"
#include "harness/store/sqlite.h"
#include "harness/store/store.h"
#include "harness/store/summary.h"

namespace assay {

using store_detail::Database;
using store_detail::Query;
using store_detail::run_row;
using store_detail::Transaction;

namespace {

/// Missing is NULL.
std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void set_label_rows(Database& database, std::int64_t run, const std::map<std::string, std::string>& labels) {
  for (const auto& [name, value] : labels) {
    database.query("label_set").set(":run_key", run).set(":name", name).set(":value", value).run();
  }
}

void check_state(const std::string& state) {
  if (state == "running" || state == "complete" || state == "interrupted") return;
  throw Error(ErrorCode::internal, "'" + state + "' is not the state of a run");
}

/// Stands before the run is stored, and goes where that fails.
std::unique_ptr<store_detail::InProgress> mark_of(const std::string& state, const std::string& database) {
  return state == "running" ? std::make_unique<store_detail::InProgress>(database) : nullptr;
}

std::int64_t subject_row(Database& database, const Subject& subject) {
  for (const char* name : {"subject_insert", "subject_find"}) {
    Query query = database.query(name);
    query.set(":name", subject.name).set(":version", subject.version).set(":revision", subject.revision);
    query.set(":compiler", subject.compiler).set(":binary", subject.binary);
    if (query.step()) return query.integer(0);
  }
  throw Error(ErrorCode::internal, "a subject was stored and is not there");
}

std::int64_t device_row(Database& database, const Device& device) {
  for (const char* name : {"device_insert", "device_find"}) {
    Query query = database.query(name);
    query.set(":name", device.name).set(":fidelity", device.fidelity);
    query.set(":fingerprint_json", store_detail::to_json(device.fingerprint));
    if (query.step()) return query.integer(0);
  }
  throw Error(ErrorCode::internal, "a device was stored and is not there");
}

void check_sizes(const Launch& launch) {
  const Samples& samples = launch.samples;
  if (samples.warmup > samples.size() || samples.batch < 1) {
    throw Error(ErrorCode::bad_input, "launch " + launch.id + ": a warm-up of " +
                                          std::to_string(samples.warmup) + " of " +
                                          std::to_string(samples.size()) + " samples in batches of " +
                                          std::to_string(samples.batch));
  }
  const auto expect = [&](std::size_t count, std::size_t expected, const std::string& what) {
    if (count == expected) return;
    throw Error(ErrorCode::bad_input, "launch " + launch.id + ": " + std::to_string(count) + " " + what +
                                          " where " + std::to_string(expected) + " are expected");
  };
  expect(samples.end_ns.size(), samples.size(), "ends of samples");
  if (!samples.scheduled_ns.empty())
    expect(samples.scheduled_ns.size(), samples.size(), "scheduled instants");
  for (const Track& track : launch.tracks)
    expect(track.offset_ns.size(), track.value.size(), "offsets in the track " + track.metric);
}

void insert_summary(Query& query, const std::optional<CallSummary>& call) {
  const auto value = [&](double CallSummary::*member) {
    return call ? std::optional<double>((*call).*member) : std::nullopt;
  };
  query.set(":call_n", call ? std::optional<std::int64_t>(call->n) : std::nullopt);
  query.set(":call_median_ns", value(&CallSummary::median_ns));
  query.set(":call_p90_ns", call ? call->p90_ns : std::nullopt);
  query.set(":call_p99_ns", call ? call->p99_ns : std::nullopt);
  query.set(":call_mean_ns", value(&CallSummary::mean_ns));
  query.set(":call_min_ns", value(&CallSummary::min_ns));
  query.set(":call_max_ns", value(&CallSummary::max_ns));
}

void insert_launch(Database& database, const Launch& launch, std::int64_t case_row) {
  const std::int64_t subject = subject_row(database, launch.subject);
  const std::int64_t device = device_row(database, launch.device);
  Query query = database.query("launch_insert");
  query.set(":launch_id", launch.id).set(":case_row", case_row).set(":launch_index", launch.index);
  query.set(":lane", launch.lane).set(":started_utc_ms", launch.started_utc_ms);
  query.set(":subject_key", subject).set(":device_key", device);
  query.set(":machine_code", unless_empty(launch.machine_code));
  query.set(":status", to_string(launch.status)).set(":reason", unless_empty(launch.reason));
  if (launch.log.empty()) {
    query.set_null(":log");
  } else {
    query.set_blob(":log", std::as_bytes(std::span(launch.log)));
  }
  query.set(":verified", launch.verified ? std::optional<std::int64_t>(*launch.verified) : std::nullopt);
  query.set(":output_digest", unless_empty(launch.output_digest)).set(":error_measure", launch.error_measure);
  query.set(":operations", launch.work.operations).set(":minimum_bytes", launch.work.minimum_bytes);
  query.set(":units", launch.work.units).set(":unit_of_work", unless_empty(launch.unit_of_work));
  query.set(":accuracy", unless_empty(launch.accuracy));
  query.set(":resident_bytes", launch.resident_bytes == 0
                                   ? std::nullopt
                                   : std::optional(static_cast<std::int64_t>(launch.resident_bytes)));
  query.set(":input_digest", unless_empty(launch.input_digest)).set(":threads", launch.threads);
  query.set(":placement_json", store_detail::to_json(launch.placement)).set(":isa", unless_empty(launch.isa));
  query.set(":peak_rss_bytes",
            launch.peak_rss_bytes == 0 ? std::nullopt : std::optional(launch.peak_rss_bytes));
  query.set(":batch_calls", launch.samples.batch);
  query.set(":warmup_samples", static_cast<std::int64_t>(launch.samples.warmup));
  insert_summary(query, store_detail::summarise(launch.samples));
  query.run();
}

void insert_series(Database& database, const Launch& launch, std::int64_t row) {
  if (launch.samples.size() > 0) {
    database.query("sample_block_insert")
        .set(":launch_key", row)
        .set(":sample_count", static_cast<std::int64_t>(launch.samples.size()))
        .set_blob(":data", store_codec::encode_samples(launch.samples))
        .run();
  }
  int ordinal = 0;
  for (const Track& track : launch.tracks) {
    const TrackSummary summary = store_detail::summarise(track, launch.samples);
    const auto value = [&](double number) { return summary.n > 0 ? std::optional(number) : std::nullopt; };
    Query query = database.query("track_insert");
    query.set(":launch_key", row)
        .set(":ordinal", ordinal++)
        .set(":metric", track.metric)
        .set(":unit", track.unit);
    query.set(":value_count", static_cast<std::int64_t>(track.value.size()));
    query.set(":median", value(summary.median))
        .set(":p90", value(summary.p90))
        .set(":p99", value(summary.p99));
    query.set(":mean", value(summary.mean))
        .set(":minimum", value(summary.min))
        .set(":maximum", value(summary.max));
    query.set_blob(":data", store_codec::encode_track(track)).run();
  }
}

void insert_details(Database& database, const Launch& launch, std::int64_t row) {
  int ordinal = 0;
  for (const Reading& reading : launch.readings) {
    const bool has_value = reading.value && std::isfinite(*reading.value) &&
                           (reading.state == ReadingState::ok || reading.state == ReadingState::scaled);
    Query query = database.query("reading_insert");
    query.set(":launch_key", row).set(":ordinal", ordinal++).set(":metric", reading.metric);
    query.set(":value", has_value ? reading.value : std::nullopt).set(":unit", reading.unit);
    query.set(":state", to_string(reading.state)).set(":reason", reading.reason);
    query.set(":better", to_string(reading.better));
    query.set(":coverage", std::isfinite(reading.coverage) ? reading.coverage : 0.0).run();
  }
  ordinal = 0;
  for (const Span& span : launch.spans) {
    Query query = database.query("span_insert");
    query.set(":launch_key", row).set(":ordinal", ordinal++).set(":name", span.name);
    query.set(":start_ns", span.start_ns).set(":end_ns", span.end_ns).run();
  }
  ordinal = 0;
  for (const HotSpot& spot : launch.hot_spots) {
    Query query = database.query("hot_spot_insert");
    query.set(":launch_key", row).set(":ordinal", ordinal++).set(":function", spot.function);
    query.set(":object", spot.object).set(":source", unless_empty(spot.source));
    query.set(":instructions", spot.instructions);
    query.set(":listing_json", store_detail::to_json(spot.listing)).run();
  }
}

}  // namespace

void Store::begin_run(const Run& run, Origin origin) {
  check_state(run.state);
  auto mark = mark_of(run.state, path());
  Database& database = *database_;
  Transaction transaction(database);
  if (database.query("run_key").set(":run_id", run.id).step()) {
    throw Error(ErrorCode::bad_input, "run " + run.id + " is stored already");
  }
  {
    Query query = database.query("run_insert");
    query.set(":run_id", run.id)
        .set(":started_utc_ms", run.started_utc_ms)
        .set(":ended_utc_ms", run.ended_utc_ms);
    query.set(":state", run.state).set(":assay_version", run.assay_version).set(":command", run.command);
    query.set(":git_revision", unless_empty(run.git_revision))
        .set(":suite", unless_empty(run.settings.suite));
    query.set(":host_name", run.host.name).set(":host_class_id", run.host.class_id());
    query.set(":host_class_json", store_detail::to_json(run.host.host_class));
    query.set(":environment_json", store_detail::to_json(run.host.environment));
    query.set(":environment_after_json", run.environment_after.empty()
                                             ? std::nullopt
                                             : std::optional(store_detail::to_json(run.environment_after)));
    query.set(":settings_json", store_detail::to_json(run.settings));
    query.set(":here", origin == Origin::here ? 1 : 0).run();
  }
  const std::int64_t row = database.last_row();
  set_label_rows(database, row, run.labels);
  if (run.commit) {
    Query query = database.query("commit_insert");
    query.set(":run_key", row).set(":commit_id", run.commit->id);
    query.set(":parents_json", store_detail::to_json(run.commit->parents));
    query.set(":author", run.commit->author).set(":subject", run.commit->subject);
    query.set(":committed_utc_ms", run.commit->committed_utc_ms).set(":place", run.commit->place);
    query.set(":line_json", store_detail::to_json(run.commit->line));
    query.set(":changed", run.commit->changed ? 1 : 0).run();
  }
  int ordinal = 0;
  for (const NamedProbe& named : run.probes) {
    Query query = database.query("probe_insert");
    query.set(":run_key", row).set(":ordinal", ordinal++).set(":kind", named.kind).set(":name", named.name);
    query.set(":available", named.probe.available ? 1 : 0).set(":reason", named.probe.reason);
    query.set(":remedy", named.probe.remedy).run();
  }
  for (const PlannedCase& planned : run.plan) {
    Query query = database.query("planned_case_insert");
    query.set(":run_key", row).set(":ordinal", planned.ordinal).set(":case_key", to_string(planned.value));
    query.set(":workload", planned.value.workload).set(":implementation", planned.value.implementation);
    query.set(":device", planned.value.device).set(":params_json", store_detail::to_json(planned.params));
    query.set(":worker", planned.worker).set(":launches", planned.launches);
    query.set(":inputs_json", store_detail::to_json(planned.inputs)).run();
  }
  transaction.commit();
  if (mark) in_progress_ = std::move(mark);
}

void Store::add_launch(const std::string& run_id, const Launch& launch) {
  check_sizes(launch);
  Database& database = *database_;
  Transaction transaction(database);
  const std::int64_t run = run_row(database, run_id);
  std::int64_t case_row = 0;
  {
    Query query = database.query("case_row");
    query.set(":run_key", run).set(":ordinal", launch.case_ordinal);
    if (!query.step()) {
      throw Error(ErrorCode::bad_input,
                  "the plan of run " + run_id + " has no case " + std::to_string(launch.case_ordinal));
    }
    case_row = query.integer(0);
  }
  bool skipped_before = false;
  {
    Query query = database.query("launch_exists");
    query.set(":launch_id", launch.id).set(":case_row", case_row).set(":lane", launch.lane);
    query.set(":launch_index", launch.index);
    while (query.step()) {
      if (query.integer(1) == 1) {
        skipped_before = true;
        continue;
      }
      throw Error(ErrorCode::bad_input, query.integer(0) == 1
                                            ? "launch " + launch.id + " is stored already"
                                            : "launch " + std::to_string(launch.index) + " of case " +
                                                  std::to_string(launch.case_ordinal) + ", lane " +
                                                  launch.lane + ", is stored already in run " + run_id);
    }
  }
  if (skipped_before) {
    database.query("launch_remove_skipped")
        .set(":case_row", case_row)
        .set(":lane", launch.lane)
        .set(":launch_index", launch.index)
        .run();
  }
  insert_launch(database, launch, case_row);
  const std::int64_t row = database.last_row();
  insert_series(database, launch, row);
  insert_details(database, launch, row);
  transaction.commit();
}

void Store::finish_run(const std::string& run_id, const std::string& state,
                       std::optional<std::int64_t> ended_utc_ms,
                       const std::map<std::string, std::string>& environment_after) {
  check_state(state);
  auto mark = mark_of(state, path());
  Transaction transaction(*database_);
  database_->query("run_finish")
      .set(":run_key", run_row(*database_, run_id))
      .set(":state", state)
      .set(":ended_utc_ms", state == "running" ? std::nullopt : ended_utc_ms)
      .set(":environment_after_json",
           environment_after.empty() ? std::nullopt : std::optional(store_detail::to_json(environment_after)))
      .run();
  transaction.commit();
  in_progress_ = std::move(mark);
}

void Store::set_labels(const std::string& run_id, const std::map<std::string, std::string>& labels) {
  Transaction transaction(*database_);
  set_label_rows(*database_, run_row(*database_, run_id), labels);
  transaction.commit();
}

void Store::remove_run(const std::string& run_id) {
  Transaction transaction(*database_);
  database_->query("run_delete").set(":run_key", run_row(*database_, run_id)).run();
  transaction.commit();
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <unordered_map>

#include "harness/core/error.h"
#include "harness/store/json_fields.h"
#include "harness/store/rows.h"
#include "harness/store/sample_codec.h"
#include "harness/store/sqlite.h"
#include "harness/store/store.h"

namespace assay {

using store_detail::Database;
using store_detail::Query;

namespace {

using Row = std::int64_t;
using Place = std::unordered_map<Row, std::size_t>;  // launch_key -> its place in the result

struct Scope {
  Database& database;
  Row run;
  CaseRange cases = {};
};

void bind(Query& query, const Scope& scope) {
  query.set(":run_key", scope.run).set(":first", scope.cases.first).set(":last", scope.cases.last);
}

std::unordered_map<Row, Subject> load_subjects(const Scope& scope) {
  std::unordered_map<Row, Subject> subjects;
  Query query = scope.database.query("subjects_load");
  bind(query, scope);
  while (query.step()) {
    subjects.emplace(query.integer(0),
                     Subject{query.text(1), query.text(2), query.text(3), query.text(4), query.text(5)});
  }
  return subjects;
}

std::unordered_map<Row, Device> load_devices(const Scope& scope) {
  std::unordered_map<Row, Device> devices;
  Query query = scope.database.query("devices_load");
  bind(query, scope);
  while (query.step()) {
    devices.emplace(query.integer(0),
                    Device{query.text(1), query.text(2),
                           store_detail::parse_text_map(query.text(3), "device.fingerprint_json")});
  }
  return devices;
}

std::optional<CallSummary> next_call_summary(Query& query, std::int64_t batch) {
  const auto n = query.next_optional_integer();
  const auto median = query.next_optional_real();
  CallSummary call;
  call.p90_ns = query.next_optional_real();
  call.p99_ns = query.next_optional_real();
  call.mean_ns = query.next_real();
  call.min_ns = query.next_real();
  call.max_ns = query.next_real();
  if (!n || !median) return std::nullopt;
  call.n = *n;
  call.batch = batch;
  call.median_ns = *median;
  return call;
}

/// Rows of `launch` with readings; `place` says where each launch_key went.
std::vector<LaunchSummary> load_rows(const Scope& scope, Place& place) {
  const auto subjects = load_subjects(scope);
  const auto devices = load_devices(scope);
  std::vector<LaunchSummary> result;
  {
    Query query = scope.database.query("launches_load");
    bind(query, scope);
    while (query.step()) {
      LaunchSummary item;
      Launch& launch = item.launch;
      place.emplace(query.next_integer(), result.size());
      launch.id = query.next_text();
      launch.case_ordinal = query.next_integer();
      launch.index = static_cast<int>(query.next_integer());
      launch.lane = query.next_text();
      launch.started_utc_ms = query.next_integer();
      const auto subject = subjects.find(query.next_integer());
      if (subject != subjects.end()) launch.subject = subject->second;
      const auto device = devices.find(query.next_integer());
      if (device != devices.end()) launch.device = device->second;
      launch.machine_code = query.next_text();
      launch.status = parse_status(query.next_text());
      launch.reason = query.next_text();
      if (const auto verified = query.next_optional_integer()) launch.verified = *verified != 0;
      launch.output_digest = query.next_text();
      launch.error_measure = query.next_optional_real().value_or(std::numeric_limits<double>::quiet_NaN());
      launch.work.operations = query.next_real();
      launch.work.minimum_bytes = query.next_real();
      launch.work.units = query.next_real();
      launch.unit_of_work = query.next_text();
      launch.accuracy = query.next_text();
      launch.resident_bytes = static_cast<std::size_t>(std::max<std::int64_t>(query.next_integer(), 0));
      launch.input_digest = query.next_text();
      launch.threads = static_cast<int>(query.next_integer());
      launch.placement = store_detail::parse_numbers(query.next_text(), "launch.placement_json");
      launch.isa = query.next_text();
      launch.peak_rss_bytes = query.next_integer();
      launch.samples.batch = query.next_integer();
      launch.samples.warmup = static_cast<std::size_t>(std::max<std::int64_t>(query.next_integer(), 0));
      item.call = next_call_summary(query, launch.samples.batch);
      result.push_back(std::move(item));
    }
  }
  Query query = scope.database.query("readings_load");
  bind(query, scope);
  while (query.step()) {
    const auto found = place.find(query.next_integer());
    if (found == place.end()) continue;
    Reading reading;
    reading.metric = query.next_text();
    reading.value = query.next_optional_real();
    reading.unit = query.next_text();
    reading.state = parse_reading_state(query.next_text());
    reading.coverage = query.next_real();
    reading.reason = query.next_text();
    reading.better = parse_better(query.next_text());
    result[found->second].launch.readings.push_back(std::move(reading));
  }
  return result;
}

std::vector<Launch> load(const Scope& scope, bool with_samples) {
  Place place;
  std::vector<Launch> launches;
  for (LaunchSummary& item : load_rows(scope, place)) launches.push_back(std::move(item.launch));
  const auto each = [&](const char* name, const auto& use) {
    Query query = scope.database.query(name);
    bind(query, scope);
    while (query.step()) {
      const auto found = place.find(query.next_integer());
      if (found != place.end()) use(query, launches[found->second]);
    }
  };
  each("spans_load", [](Query& query, Launch& launch) {
    launch.spans.push_back({query.text(1), query.integer(2), query.integer(3)});
  });
  each("hot_spots_load", [](Query& query, Launch& launch) {
    launch.hot_spots.push_back({query.text(1), query.text(2), query.text(3), query.real(4),
                                store_detail::parse_listing(query.text(5), "hot_spot.listing_json")});
  });
  each("logs_load", [](Query& query, Launch& launch) {
    const auto bytes = query.blob(1);
    launch.log.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  });
  if (!with_samples) return launches;
  each("samples_load", [](Query& query, Launch& launch) {
    Samples samples = store_codec::decode_samples(query.blob(2), static_cast<std::size_t>(query.integer(1)));
    samples.batch = launch.samples.batch;
    samples.warmup = std::min(launch.samples.warmup, samples.size());
    launch.samples = std::move(samples);
  });
  each("tracks_load", [](Query& query, Launch& launch) {
    Track track = store_codec::decode_track(query.blob(4), static_cast<std::size_t>(query.integer(3)));
    track.metric = query.text(1);
    track.unit = query.text(2);
    launch.tracks.push_back(std::move(track));
  });
  return launches;
}

bool is_prefix_text(const std::string& text) {
  return text.size() >= 4 && text.size() <= 36 &&
         text.find_first_not_of("0123456789abcdefABCDEF-") == std::string::npos;
}

}  // namespace

std::int64_t store_detail::run_row(Database& database, const std::string& run_id) {
  Query query = database.query("run_key");
  query.set(":run_id", run_id);
  if (!query.step()) {
    throw Error(ErrorCode::bad_input, "database " + database.path() + " has no run " + run_id,
                "`assay list runs` shows what is there");
  }
  return query.integer(0);
}

std::vector<RunSummary> Store::list_runs() const {
  std::vector<RunSummary> runs;
  Place place;
  {
    Query query = database_->query("runs_list");
    while (query.step()) {
      place.emplace(query.next_integer(), runs.size());
      RunSummary run;
      run.id = query.next_text();
      run.started_utc_ms = query.next_integer();
      run.ended_utc_ms = query.next_optional_integer();
      run.state = query.next_text();
      run.assay_version = query.next_text();
      run.command = query.next_text();
      run.host_name = query.next_text();
      run.host_class_id = query.next_text();
      run.suite = query.next_text();
      run.cases = query.next_integer();
      run.launches = query.next_integer();
      run.ok = query.next_integer();
      run.failed = query.next_integer();
      runs.push_back(std::move(run));
    }
  }
  Query query = database_->query("labels_all");
  while (query.step()) {
    const auto found = place.find(query.integer(0));
    if (found != place.end()) runs[found->second].labels[query.text(1)] = query.text(2);
  }
  return runs;
}

std::string Store::find_run(const std::string& text) const {
  const char* const remedy =
      "`assay list runs` shows ids (4 characters are the least) and labels; \"latest\" and \"latest~1\" work "
      "too";
  if (text == "latest" || text.starts_with("latest~")) {
    std::int64_t n = 0;
    if (text != "latest") {
      const char* const end = text.data() + text.size();
      const auto parsed = std::from_chars(text.data() + 7, end, n);
      if (parsed.ec != std::errc{} || parsed.ptr != end || n < 0) {
        throw Error(ErrorCode::usage, "'" + text + "' names no run: a number is expected after '~'", remedy);
      }
    }
    Query query = database_->query("run_nth_latest");
    query.set(":n", n);
    if (query.step()) return query.text(0);
    const std::size_t count = list_runs().size();
    throw Error(ErrorCode::bad_input,
                count == 0
                    ? "database " + path() + " holds no run yet"
                    : "'" + text + "' names no run: database " + path() + " holds " + std::to_string(count),
                count == 0 ? "`assay run` makes one" : remedy);
  }
  if (is_prefix_text(text)) {
    std::string low = text;
    std::transform(low.begin(), low.end(), low.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string high = low;
    ++high.back();
    Query query = database_->query("runs_by_prefix");
    query.set(":low", low).set(":high", high);
    std::vector<std::string> ids;
    while (query.step()) ids.push_back(query.text(0));
    if (ids.size() == 1) return ids.front();
    if (ids.size() > 1) {
      std::string list;
      for (std::size_t i = 0; i < ids.size() && i < 5; ++i) list += (i == 0 ? "" : ", ") + ids[i];
      if (ids.size() > 5) list += ", ...";
      throw Error(ErrorCode::bad_input,
                  "'" + text + "' is the beginning of " + std::to_string(ids.size()) + " runs: " + list,
                  "give more characters");
    }
  }
  const auto by_label = [&](const std::optional<std::string>& name, const std::string& value) {
    Query query = database_->query("run_by_label");
    query.set(":name", name).set(":value", value);
    return query.step() ? query.text(0) : std::string();
  };
  std::string id = by_label(std::nullopt, text);
  const std::size_t equals = text.find('=');
  if (id.empty() && equals != std::string::npos)
    id = by_label(text.substr(0, equals), text.substr(equals + 1));
  if (!id.empty()) return id;
  throw Error(ErrorCode::bad_input,
              "no run in " + path() + " has the label '" + text + "', nor an id of which it is the beginning",
              remedy);
}

Run Store::load_run(const std::string& run_id, CaseRange cases) const {
  Run run;
  run.id = run_id;
  store_detail::run_row(*database_, run_id);  // says what is wrong when there is none
  std::int64_t row = 0;
  {
    Query query = database_->query("run_load");
    query.set(":run_id", run_id);
    if (!query.step()) throw Error(ErrorCode::bad_input, "run " + run_id + " was removed just now");
    row = query.next_integer();
    run.started_utc_ms = query.next_integer();
    run.ended_utc_ms = query.next_optional_integer();
    run.state = query.next_text();
    run.assay_version = query.next_text();
    run.command = query.next_text();
    run.git_revision = query.next_text();
    run.host.name = query.next_text();
    run.host.host_class = store_detail::parse_text_map(query.next_text(), "run.host_class_json");
    run.host.environment = store_detail::parse_text_map(query.next_text(), "run.environment_json");
    run.environment_after = store_detail::parse_text_map(query.next_text(), "run.environment_after_json");
    run.settings = store_detail::parse_settings(query.next_text(), "run.settings_json");
  }
  Query labels = database_->query("labels_load");
  labels.set(":run_key", row);
  while (labels.step()) run.labels[labels.text(0)] = labels.text(1);
  Query probes = database_->query("probes_load");
  probes.set(":run_key", row);
  while (probes.step()) {
    run.probes.push_back(
        {probes.text(0), probes.text(1), {probes.integer(2) != 0, probes.text(3), probes.text(4)}});
  }
  Query commit = database_->query("commit_load");
  commit.set(":run_key", row);
  if (commit.step()) {
    run.commit.emplace();
    run.commit->id = commit.next_text();
    run.commit->parents = store_detail::parse_texts(commit.next_text(), "run_commit.parents_json");
    run.commit->author = commit.next_text();
    run.commit->subject = commit.next_text();
    run.commit->committed_utc_ms = commit.next_integer();
    run.commit->place = commit.next_optional_integer();
    run.commit->line = store_detail::parse_texts(commit.next_text(), "run_commit.line_json");
    run.commit->changed = commit.next_integer() != 0;
  }
  Query plan = database_->query("plan_load");
  plan.set(":run_key", row).set(":first", cases.first).set(":last", cases.last);
  while (plan.step()) {
    PlannedCase planned;
    planned.ordinal = plan.integer(0);
    planned.value = parse_case(plan.text(1));
    planned.params = store_detail::parse_params(plan.text(2), "planned_case.params_json");
    planned.worker = plan.text(3);
    planned.launches = static_cast<int>(plan.integer(4));
    planned.inputs = store_detail::parse_text_map(plan.text(5), "planned_case.inputs_json");
    run.plan.push_back(std::move(planned));
  }
  return run;
}

std::vector<Launch> Store::load_launches(const std::string& run_id, bool with_samples) const {
  return load({*database_, store_detail::run_row(*database_, run_id)}, with_samples);
}

std::vector<Launch> Store::load_case(const std::string& run_id, std::int64_t case_ordinal) const {
  return store_detail::load_cases(*database_, run_id, {case_ordinal, case_ordinal});
}

std::vector<Launch> store_detail::load_cases(Database& database, const std::string& run_id, CaseRange cases) {
  return load({database, run_row(database, run_id), cases}, true);
}

std::vector<LaunchSummary> Store::load_summaries(const std::string& run_id, CaseRange cases) const {
  const Scope scope{*database_, store_detail::run_row(*database_, run_id), cases};
  Place place;
  std::vector<LaunchSummary> result = load_rows(scope, place);
  Query query = database_->query("track_summaries_load");
  bind(query, scope);
  while (query.step()) {
    const auto found = place.find(query.next_integer());
    if (found == place.end()) continue;
    TrackSummary track;
    track.metric = query.next_text();
    track.unit = query.next_text();
    track.n = query.next_integer();
    track.median = query.next_real();
    track.p90 = query.next_real();
    track.p99 = query.next_real();
    track.mean = query.next_real();
    track.min = query.next_real();
    track.max = query.next_real();
    result[found->second].tracks.push_back(std::move(track));
  }
  return result;
}

std::set<LaunchKey> Store::launches_done(const std::string& run_id) const {
  std::set<LaunchKey> done;
  Query query = database_->query("launches_done");
  query.set(":run_key", store_detail::run_row(*database_, run_id));
  while (query.step()) done.emplace(query.integer(0), static_cast<int>(query.integer(1)), query.text(2));
  return done;
}

}  // namespace assay

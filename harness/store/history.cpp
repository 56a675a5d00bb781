// SPDX-License-Identifier: Apache-2.0
#include "harness/store/history.h"

#include "harness/core/error.h"
#include "harness/store/json_fields.h"
#include "harness/store/rows.h"
#include "harness/store/sqlite.h"

namespace assay {

using store_detail::Query;
using store_detail::Transaction;

std::map<std::string, std::set<std::int64_t>> runs_with(
    const Store& store, const std::function<bool(const Case&, const Params&)>& wanted) {
  std::set<std::string> keys;
  {
    Query query = store.database().query("cases_distinct");
    while (query.step()) {
      const std::string key = query.text(0);
      if (wanted(parse_case(key), store_detail::parse_params(query.text(1), "planned_case.params_json")))
        keys.insert(key);
    }
  }
  std::map<std::string, std::set<std::int64_t>> runs;
  for (const std::string& key : keys) {
    Query query = store.database().query("case_runs");
    query.set(":case_key", key);
    while (query.step()) runs[query.text(0)].insert(query.integer(1));
  }
  return runs;
}

std::vector<RunHead> run_heads(const Store& store, std::optional<std::int64_t> most) {
  std::vector<RunHead> runs;
  Query query = store.database().query("run_heads");
  query.set(":most", most.value_or(-1));
  while (query.step()) {
    RunHead run;
    run.id = query.next_text();
    run.started_utc_ms = query.next_integer();
    run.state = query.next_text();
    run.suite = query.next_text();
    run.command = query.next_text();
    run.host_name = query.next_text();
    run.host_class_id = query.next_text();
    run.commit = query.next_text();
    run.commit_subject = query.next_text();
    run.commit_place = query.next_optional_integer();
    runs.push_back(std::move(run));
  }
  return runs;
}

std::int64_t launch_count(const Store& store, const std::string& run_id) {
  Query query = store.database().query("run_launch_count");
  query.set(":run_id", run_id);
  return query.step() ? query.integer(0) : 0;
}

bool add_triage(Store& store, const TriageEvent& event) {
  if (event.kind != "acknowledged" && event.kind != "ignored" && event.kind != "reopened")
    throw Error(ErrorCode::bad_input, "'" + event.kind + "' is not what can be said of a regression");
  store_detail::Database& database = store.database();
  Transaction transaction(database);
  bool added = false;
  {
    Query query = database.query("triage_insert");
    query.set(":event_id", event.id).set(":regression_id", event.regression).set(":series", event.series);
    query.set(":case_key", event.case_key).set(":commit_id", event.commit).set(":at_utc_ms", event.at_utc_ms);
    query.set(":kind", event.kind).set(":reason", event.reason).set(":until_utc_ms", event.until_utc_ms);
    query.set(":person", event.person);
    added = query.step();
  }
  transaction.commit();
  return added;
}

std::vector<TriageEvent> load_triage(const Store& store, const std::string& run_id) {
  std::vector<TriageEvent> events;
  std::optional<std::int64_t> run;
  if (!run_id.empty()) run = store_detail::run_row(store.database(), run_id);
  Query query = store.database().query("triage_load");
  query.set(":run_key", run);
  while (query.step()) {
    TriageEvent event;
    event.id = query.next_text();
    event.regression = query.next_text();
    event.series = query.next_text();
    event.case_key = query.next_text();
    event.commit = query.next_text();
    event.at_utc_ms = query.next_integer();
    event.kind = query.next_text();
    event.reason = query.next_text();
    event.until_utc_ms = query.next_optional_integer();
    event.person = query.next_text();
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace assay

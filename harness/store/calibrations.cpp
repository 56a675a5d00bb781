// SPDX-License-Identifier: Apache-2.0
#include "harness/store/calibrations.h"

#include <algorithm>
#include <cmath>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/store/sqlite.h"

namespace assay {

bool is_plausible(const Calibration& one) {
  const bool counts = one.sessions >= 0 && one.pairs >= 0 && one.alarms >= 0 &&
                      one.alarms <= one.comparisons && one.alarmed_sessions >= 0;
  const auto plausible = [](const std::optional<double>& value) {
    return !value || (*value >= 0 && std::isfinite(*value));
  };
  return counts && plausible(one.session_spread) && plausible(one.detectable);
}

namespace {

std::vector<Calibration> rows_of(store_detail::Query& query, const Store& store) {
  std::vector<Calibration> found;
  constexpr std::int64_t most = 1'000'000;
  const auto count = [&] {
    return static_cast<int>(std::clamp<std::int64_t>(query.next_integer(), -1, most));
  };
  while (query.step()) {
    Calibration one;
    one.run = query.next_text();
    one.host_class_id = query.next_text();
    one.case_key = query.next_text();
    one.metric = query.next_text();
    one.at_utc_ms = query.next_integer();
    one.judge = count();
    one.cases = count();
    one.most_pairs = count();
    one.sessions = count();
    one.pairs = count();
    one.comparisons = count();
    one.alarms = count();
    one.alarmed_sessions = count();
    one.session_spread = query.next_optional_real();
    one.detectable = query.next_optional_real();
    if (!is_plausible(one))
      throw Error(ErrorCode::bad_input,
                  "database " + store.path() + ": the calibration of " + printable(one.case_key, 200) +
                      " cannot have been made",
                  "restore the file from a backup, or name another with --db");
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace

void add_calibrations(Store& store, std::span<const Calibration> calibrations) {
  store_detail::Database& database = store.database();
  store_detail::Transaction transaction(database);
  for (const Calibration& one : calibrations) {
    store_detail::Query query = database.query("calibration_insert");
    query.set(":run_id", one.run).set(":host_class_id", one.host_class_id).set(":case_key", one.case_key);
    query.set(":metric", one.metric).set(":at_utc_ms", one.at_utc_ms).set(":judge_version", one.judge);
    query.set(":cases", one.cases).set(":most_pairs", one.most_pairs).set(":sessions", one.sessions);
    query.set(":pairs", one.pairs).set(":comparisons", one.comparisons).set(":alarms", one.alarms);
    query.set(":alarmed_sessions", one.alarmed_sessions).set(":session_spread", one.session_spread);
    query.set(":detectable", one.detectable);
    query.run();
  }
  transaction.commit();
}

std::vector<Calibration> load_calibrations(const Store& store, const std::string& host_class_id) {
  store_detail::Query query = store.database().query("calibrations_load");
  query.set(":host_class_id", host_class_id);
  return rows_of(query, store);
}

std::vector<Calibration> load_all_calibrations(const Store& store) {
  store_detail::Query query = store.database().query("calibrations_all");
  return rows_of(query, store);
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "harness/store/maintenance.h"
#include "harness/store/calibrations.h"

#include <sqlite3.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "harness/core/error.h"
#include "harness/core/launch_rules.h"
#include "harness/store/absorb.h"
#include "harness/store/history.h"
#include "harness/store/migrate.h"
#include "harness/store/rows.h"
#include "harness/store/sample_codec.h"
#include "harness/store/sqlite.h"
#include "harness/store/summary.h"

namespace assay {

using store_detail::Database;
using store_detail::Query;

namespace {

constexpr std::size_t most_problems = 100;
constexpr double usual_bytes_per_sample = 4;
constexpr double usual_bytes_per_launch = 2048;

std::int64_t size_of_file(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<std::int64_t>(size);
}

std::int64_t size_on_disk(const std::string& path) {
  return size_of_file(path) + size_of_file(path + "-wal");
}

class Problems {
 public:
  explicit Problems(CheckReport& report) : report_(report) {}
  ~Problems() {
    if (count_ > most_problems)
      report_.problems.push_back("... and " + std::to_string(count_ - most_problems) + " more");
  }
  Problems(const Problems&) = delete;
  Problems& operator=(const Problems&) = delete;

  void add(std::string text) {
    if (++count_ <= most_problems) report_.problems.push_back(std::move(text));
  }
  /// Runs a part of the check; what it throws is a problem.
  void part(const std::function<void()>& check) {
    try {
      check();
    } catch (const Error& error) {
      add(error.what());
    }
  }

 private:
  CheckReport& report_;
  std::size_t count_ = 0;
};

/// Each row of a pragma that lists problems, as text.
void each_row(Database& database, const char* pragma, const std::function<void(const std::string&)>& use) {
  const auto callback = [](void* context, int columns, char** values, char**) {
    std::string text;
    for (int i = 0; i < columns; ++i)
      text += (i == 0 ? "" : " ") + std::string(values[i] == nullptr ? "-" : values[i]);
    (*static_cast<const std::function<void(const std::string&)>*>(context))(text);
    return 0;
  };
  auto copy = use;
  const int rc = sqlite3_exec(database.handle(), pragma, callback, &copy, nullptr);
  if (rc != SQLITE_OK) database.fail(rc, "checking");
}

void check_content(Database& database, CheckReport& report, Problems& problems) {
  problems.part([&] {
    Query query = database.query("check_sample_blocks");
    while (query.step()) {
      const std::string launch = query.text(0);
      const std::int64_t count = query.integer(1);
      problems.part([&] {
        try {
          Samples samples = store_codec::decode_samples(query.blob(3), static_cast<std::size_t>(count));
          report.samples += count;
          samples.warmup = static_cast<std::size_t>(std::clamp<std::int64_t>(query.integer(2), 0, count));
          const std::string wrong = query.text(4) == "ok" ? times_problem(samples, query.text(5)) : "";
          if (!wrong.empty()) problems.add("launch " + launch + ": " + wrong);
        } catch (const Error& error) {
          problems.add("launch " + launch + ": " + error.what());
        }
        if (query.integer(2) > count) problems.add("launch " + launch + ": more warm-up than samples");
      });
    }
  });
  problems.part([&] {
    Query query = database.query("check_tracks");
    while (query.step()) {
      try {
        (void)store_codec::decode_track(query.blob(3), static_cast<std::size_t>(query.integer(2)));
      } catch (const Error& error) {
        problems.add("launch " + query.text(0) + ", track " + query.text(1) + ": " + error.what());
      }
    }
  });
  problems.part([&] {
    Query query = database.query("check_plan");
    while (query.step())
      problems.add("run " + query.text(0) + ", case " + query.text(1) + ": " + query.text(2));
  });
}

bool same_summary(const std::optional<CallSummary>& stored, const std::optional<CallSummary>& right) {
  const auto same = [](double a, double b) { return std::abs(a - b) <= 1e-9 * std::abs(b); };
  if (!stored || !right) return stored.has_value() == right.has_value();
  return stored->n == right->n && same(stored->median_ns, right->median_ns) &&
         same(stored->mean_ns, right->mean_ns) && same(stored->min_ns, right->min_ns) &&
         same(stored->max_ns, right->max_ns) && same(stored->p90_ns.value_or(0), right->p90_ns.value_or(0)) &&
         same(stored->p99_ns.value_or(0), right->p99_ns.value_or(0));
}

/// What lists and comparisons read instead of the samples is what the samples say.
void check_summaries(const Store& store, const std::string& run_id, Problems& problems) {
  std::map<std::string, std::optional<CallSummary>> stored;
  for (const auto& item : store.load_summaries(run_id)) stored[item.launch.id] = item.call;
  for (const PlannedCase& planned : store.load_run(run_id).plan) {
    std::vector<Launch> launches;
    try {
      launches = store.load_case(run_id, planned.ordinal);
    } catch (const Error&) {
      continue;  // its samples are damaged, as check_content() tells
    }
    for (const Launch& launch : launches) {
      if (!same_summary(stored[launch.id], store_detail::summarise(launch.samples)))
        problems.add("launch " + launch.id + ": its stored summary is not that of its samples");
    }
  }
}

}  // namespace

CheckReport check_database(const std::string& path) {
  CheckReport report;
  Problems problems(report);
  try {
    const Store store = Store::open(path, Store::Mode::read_only);
    Database& database = store.database();
    problems.part([&] {
      each_row(database, "PRAGMA integrity_check(100)", [&](const std::string& text) {
        if (text != "ok") problems.add("integrity: " + text);
      });
    });
    problems.part([&] {
      each_row(database, "PRAGMA foreign_key_check", [&](const std::string& text) {
        problems.add("a row refers to one that is not there: " + text);
      });
    });
    check_content(database, report, problems);
    problems.part([&] {
      for (const RunSummary& run : store.list_runs()) {
        ++report.runs;
        report.launches += run.launches;
        problems.part([&] { (void)store.load_run(run.id); });
        problems.part([&] { check_summaries(store, run.id, problems); });
        problems.part([&] {
          LaunchRules rules;
          for (const Launch& launch : store.load_launches(run.id, false)) {
            const std::string wrong = rules.problem(launch);
            if (!wrong.empty()) problems.add("launch " + launch.id + ": " + wrong);
          }
        });
      }
    });
  } catch (const Error& error) {
    std::error_code ignored;
    if (error.code == ErrorCode::io || !std::filesystem::is_regular_file(path, ignored)) throw;
    problems.add(error.what());
  }
  return report;
}

namespace {

/// What a merge reads before it writes: cases that follow each other, no more than some MB.
struct Batch {
  CaseRange cases{0, -1};
  std::set<std::string> wanted;  ///< launches that are not there yet
  std::int64_t values = 0;
};

std::vector<Batch> batches_of(const Store& source, const Run& run, store_detail::Absorber& absorber) {
  constexpr std::int64_t most_values = 500'000;
  constexpr std::size_t most_launches = 500;
  std::vector<Batch> batches;
  for (const LaunchSummary& item : source.load_summaries(run.id)) {  // by case
    const Launch& launch = item.launch;
    if (absorber.settle(launch)) continue;
    std::int64_t values = item.call ? static_cast<std::int64_t>(item.call->n) : 0;
    for (const auto& track : item.tracks) values += static_cast<std::int64_t>(track.n);
    const bool full = batches.empty() || batches.back().values + values > most_values ||
                      batches.back().wanted.size() >= most_launches;
    if (full && (batches.empty() || batches.back().cases.last != launch.case_ordinal))
      batches.push_back({{launch.case_ordinal, launch.case_ordinal}, {}, 0});
    Batch& batch = batches.back();
    batch.cases.last = launch.case_ordinal;
    batch.wanted.insert(launch.id);
    batch.values += values;
  }
  return batches;
}

/// A batch in one transaction: others who write to the target wait some tens of ms. What came before a launch
/// that is refused stays.
void absorb(store_detail::Absorber& absorber, Store& target, const Store& source, const std::string& run_id,
            const Batch& batch) {
  const auto launches = store_detail::load_cases(source.database(), run_id, batch.cases);
  store_detail::Transaction transaction(target.database());
  try {
    for (const Launch& launch : launches) {
      if (batch.wanted.contains(launch.id)) absorber.launch(launch);
    }
  } catch (const Error& error) {
    if (error.code == ErrorCode::bad_input) transaction.commit();
    throw;
  }
  transaction.commit();
}

}  // namespace

MergeReport merge(Store& target, const Store& source) {
  if (std::filesystem::exists(target.path()) && std::filesystem::equivalent(target.path(), source.path())) {
    throw Error(ErrorCode::usage, "a database cannot be merged into itself: " + target.path(),
                "name two files");
  }
  store_detail::Absorber absorber(target);
  for (const TriageEvent& event : load_triage(source)) absorber.triage(event);
  add_calibrations(target, load_all_calibrations(source));
  std::vector<RunSummary> runs = source.list_runs();
  for (auto summary = runs.rbegin(); summary != runs.rend();
       ++summary) {  // oldest first: the same order as made
    const Run run = source.load_run(summary->id);
    try {
      absorber.run(run);
      for (const Batch& batch : batches_of(source, run, absorber))
        absorb(absorber, target, source, run.id, batch);
    } catch (const Error& error) {
      throw Error(error.code, source.path() + ": " + error.what(), error.remedy);
    }
  }
  absorber.finish();
  return absorber.report();
}

StoreStats store_stats(const Store& store) {
  StoreStats result;
  Database& database = store.database();
  Query query = database.query("stats_counts");
  if (query.step()) {
    result.runs = query.next_integer();
    result.cases = query.next_integer();
    result.launches = query.next_integer();
    result.samples = query.next_integer();
    result.sample_bytes = query.next_integer();
    result.track_bytes = query.next_integer();
    result.log_bytes = query.next_integer();
  }
  result.file_bytes = size_on_disk(store.path());
  result.free_bytes = database.pragma("freelist_count") * database.pragma("page_size");
  return result;
}

double estimate_bytes(double launches, double samples) {
  return usual_bytes_per_sample * samples + usual_bytes_per_launch * launches;
}

double estimate_bytes(const Store& store, double launches, double samples) {
  const StoreStats now = store_stats(store);
  double per_sample = usual_bytes_per_sample;
  double per_launch = usual_bytes_per_launch;
  if (now.samples >= 1000)
    per_sample = static_cast<double>(now.sample_bytes) / static_cast<double>(now.samples);
  if (now.launches >= 10) {
    const auto rest = static_cast<double>(now.file_bytes - now.free_bytes - now.sample_bytes);
    per_launch = std::max(0.0, rest) / static_cast<double>(now.launches);
  }
  return per_sample * samples + per_launch * launches;
}

std::vector<std::string> prune(Store& store, std::optional<std::int64_t> before_utc_ms,
                               std::int64_t keep_last, bool dry_run, const std::string& free_host) {
  std::vector<std::string> ids;
  {
    Query query = store.database().query("runs_prunable");
    query.set(":before_utc_ms", before_utc_ms).set(":keep", keep_last).set(":free_host", free_host);
    while (query.step()) ids.push_back(query.text(0));
  }
  if (!dry_run) {
    for (const std::string& id : ids) store.remove_run(id);
  }
  return ids;
}

CompactReport compact(Store& store) {
  CompactReport report;
  Database& database = store.database();
  database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  report.before_bytes = size_on_disk(store.path());
  database.execute("VACUUM");
  database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  report.after_bytes = size_on_disk(store.path());
  return report;
}

MigrateReport migrate_database(const std::string& path) {
  MigrateReport report;
  Database database(path, true, false);
  report.from = static_cast<int>(database.pragma("user_version"));
  report.backup = store_detail::migrate(database, store_detail::schema());
  report.to = static_cast<int>(database.pragma("user_version"));
  return report;
}

}  // namespace assay

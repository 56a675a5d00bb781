// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "harness/core/run.h"

namespace assay {

namespace store_detail {
class Database;
class InProgress;
}  // namespace store_detail

/// A run in a list: what can be shown without reading its launches.
struct RunSummary {
  std::string id;  ///< UUID
  std::int64_t started_utc_ms = 0;
  std::optional<std::int64_t> ended_utc_ms;
  std::string state;  ///< running | complete | interrupted
  std::string assay_version;
  std::string command;
  std::string host_name;
  std::string host_class_id;  ///< Host::class_id()
  std::string suite;          ///< may be empty
  std::map<std::string, std::string> labels;
  std::int64_t cases = 0;     ///< planned
  std::int64_t launches = 0;  ///< stored
  std::int64_t ok = 0;        ///< launches whose status is ok
  std::int64_t failed = 0;    ///< launches with any other status than ok, skipped, unavailable
};

/// What one launch's steady samples (the warm-up's are left out) say about one call, in ns per call. Stored
/// beside the raw samples so that lists and comparisons never decode them. Quantiles are Hyndman and Fan's
/// type 7.
struct CallSummary {
  std::int64_t n = 0;      ///< steady samples
  std::int64_t batch = 1;  ///< calls per sample
  double median_ns = 0;
  std::optional<double> p90_ns;  ///< absent when batch > 1: a batch has no tail
  std::optional<double> p99_ns;
  double mean_ns = 0;
  double min_ns = 0;
  double max_ns = 0;
};

/// The same for a track of the launch, in the track's own unit.
struct TrackSummary {
  std::string metric;
  std::string unit;
  std::int64_t n = 0;
  double median = 0;
  double p90 = 0;
  double p99 = 0;
  double mean = 0;
  double min = 0;
  double max = 0;
};

/// A launch without its raw samples, with what they say. `launch.samples`, `launch.tracks`, `launch.spans`
/// and `launch.hot_spots` are empty and `launch.log` is left out.
struct LaunchSummary {
  Launch launch;
  std::optional<CallSummary> call;  ///< absent when there is no steady sample
  std::vector<TrackSummary> tracks;
};

/// Ordinals of the cases of a plan, both ends included.
struct CaseRange {
  std::int64_t first = std::numeric_limits<std::int64_t>::min();
  std::int64_t last = std::numeric_limits<std::int64_t>::max();
};

/// (PlannedCase::ordinal, Launch::index, Launch::lane)
using LaunchKey = std::tuple<std::int64_t, int, std::string>;

/// The database of runs: one SQLite file (WAL). One Store is used by one thread at a time; several processes
/// may have the same file open: one writes, others wait up to 10 s. \throws, from every function:
/// - Error{bad_input}: not a database, corrupted (remedy: `assay db check`), made by a newer Assay, unknown
/// run
/// - Error{io}: cannot be opened, read-only, disk full, locked by another process for too long
///
/// A function that writes has then changed nothing.
class Store {
 public:
  enum class Mode {
    read_only,   ///< the file exists and is not written; an older schema is refused (`assay db migrate`)
    read_write,  ///< the file exists; an older schema is migrated, after a backup beside it
    create,      ///< as read_write; the file and its folders are made when they are not there
  };

  static Store open(const std::string& path, Mode mode);
  /// A new one in memory, gone with this object.
  static Store temporary();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  const std::string& path() const;
  int schema_version() const;
  /// The file that is open is no longer the one of that path: it was removed, renamed or replaced.
  bool was_moved() const;
  /// Puts what stands in the journal beside the database (-wal) into the file that is open: SQLite leaves
  /// that undone when a file that was_moved() is closed, and the journal keeps the old name.
  void write_back() const;
  /// Whether a process on this host has begun, or taken up, a run of that database and not ended it: what the
  /// database calls `running` otherwise was killed. A host that shares the file by network is not seen.
  static bool in_progress(const std::string& path);

  // Writing

  /// Where a run is measured: a run measured here is newer than all that are stored, whatever the clock says.
  enum class Origin { here, elsewhere };

  /// Stores the run with settings, labels, commit, probes and plan, in one transaction. `run.id` must be a
  /// new UUID.
  void begin_run(const Run& run, Origin origin = Origin::here);

  /// Stores a launch with samples, tracks, readings and spans, in one transaction: a process killed at any
  /// moment loses at most the launch in flight. A launch with an id that is stored, or a second one of the
  /// same (case_ordinal, index, lane) unless the stored one was skipped, is Error{bad_input}; so are sizes in
  /// it that contradict each other.
  void add_launch(const std::string& run_id, const Launch& launch);

  /// Sets state and end. `state`: complete | interrupted; "running" takes a run up again (--resume) and
  /// clears the end.
  void finish_run(const std::string& run_id, const std::string& state,
                  std::optional<std::int64_t> ended_utc_ms,
                  const std::map<std::string, std::string>& environment_after);

  /// Adds or replaces labels of a stored run.
  void set_labels(const std::string& run_id, const std::map<std::string, std::string>& labels);

  /// Removes a run and everything that belongs to it. Space is given back by compact()
  /// (harness/store/maintenance.h).
  void remove_run(const std::string& run_id);

  // Reading

  /// Newest first: by the time at which they began, but a run measured here comes before all that were stored
  /// when it began, so that a clock that was set back hides none. Of equal ones the one stored last.
  std::vector<RunSummary> list_runs() const;

  /// The UUID that `text` names: a UUID, a unique prefix of at least 4 characters, "latest", "latest~N" (N
  /// runs before it in list_runs()), a label's value or "key=value" (the newest run that carries it). \throws
  /// Error{bad_input} that says what was found, or which runs a prefix could mean.
  std::string find_run(const std::string& text) const;

  /// With these cases of its plan.
  Run load_run(const std::string& run_id, CaseRange cases = {}) const;

  /// All launches of a run, by (case_ordinal, lane, index). Without samples: `samples`' vectors (batch and
  /// warmup are there) and `tracks` stay empty; spans, hot spots and log are always there.
  std::vector<Launch> load_launches(const std::string& run_id, bool with_samples) const;

  /// The launches of one case, with samples and tracks.
  std::vector<Launch> load_case(const std::string& run_id, std::int64_t case_ordinal) const;

  /// What lists and comparisons need, without decoding samples. Same order as load_launches.
  std::vector<LaunchSummary> load_summaries(const std::string& run_id, CaseRange cases = {}) const;

  /// What --resume need not measure again: every stored launch, whatever its status, except `skipped`; those
  /// are replaced by add_launch when the same key is measured after all.
  std::set<LaunchKey> launches_done(const std::string& run_id) const;

  /// The handle for the other files of this folder (maintenance, transfer).
  store_detail::Database& database() const { return *database_; }

 private:
  explicit Store(std::unique_ptr<store_detail::Database> database);
  std::unique_ptr<store_detail::Database> database_;
  std::unique_ptr<store_detail::InProgress> in_progress_;  ///< from begin_run to finish_run
};

/// Whether the file begins as one of SQLite does; false also where it cannot be read.
bool is_database(const std::string& path);

}  // namespace assay

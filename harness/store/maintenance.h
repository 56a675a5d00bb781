// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/store/store.h"

/// `assay db check|merge|stats|prune|compact|migrate`. Errors as in store.h.
namespace assay {

struct CheckReport {
  std::vector<std::string>
      problems;  ///< empty: the database is sound. At most 100, then one that says how many more
  std::int64_t runs = 0;
  std::int64_t launches = 0;
  std::int64_t samples = 0;  ///< decoded
  bool ok() const { return problems.empty(); }
};

/// Reads everything: SQLite's own integrity check, foreign keys, every sample block and track decoded, plans
/// and launches consistent, launches as LaunchRules (harness/core/launch_rules.h) have them. A damaged file
/// is a report with problems; Error{io} only where it cannot be read at all.
CheckReport check_database(const std::string& path);

struct MergeReport {
  std::int64_t runs_added = 0;
  std::int64_t launches_added = 0;
  std::int64_t launches_known = 0;     ///< were there already
  std::int64_t events_added = 0;       ///< of triage
  std::vector<std::string> conflicts;  ///< launches left out because another one stands in their place
};

/// Copies what `target` does not have, by UUID: doing it twice changes nothing. `source` is only read.
/// \throws Error{bad_input} naming the source and the launch that breaks LaunchRules; what came before stays.
MergeReport merge(Store& target, const Store& source);

struct StoreStats {
  std::int64_t file_bytes = 0;  ///< database and write-ahead log
  std::int64_t free_bytes = 0;  ///< what compact() would give back
  std::int64_t runs = 0;
  std::int64_t cases = 0;
  std::int64_t launches = 0;
  std::int64_t samples = 0;
  std::int64_t sample_bytes = 0;  ///< compressed
  std::int64_t track_bytes = 0;
  std::int64_t log_bytes = 0;
};

StoreStats store_stats(const Store& store);

/// What a run of that size will add to the file, in bytes: from what this database holds, else from 4 bytes a
/// sample and 2 KiB a launch.
double estimate_bytes(const Store& store, double launches, double samples);
/// The same for a database that does not exist yet.
double estimate_bytes(double launches, double samples);

/// Removes runs that have ended (those of `free_host`, where Store::in_progress() is false, whatever their
/// state), started before `before_utc_ms` (absent: any age) and are not among the `keep_last` newest.
/// \returns the removed runs' ids, oldest first; with `dry_run` nothing is removed.
std::vector<std::string> prune(Store& store, std::optional<std::int64_t> before_utc_ms,
                               std::int64_t keep_last, bool dry_run = false,
                               const std::string& free_host = {});

struct CompactReport {
  std::int64_t before_bytes = 0;
  std::int64_t after_bytes = 0;
};

/// Gives free space back (SQLite's VACUUM): needs as much room again while it works.
CompactReport compact(Store& store);

struct MigrateReport {
  int from = 0;
  int to = 0;
  std::string backup;  ///< path; empty when there was nothing to do
};

MigrateReport migrate_database(const std::string& path);

}  // namespace assay

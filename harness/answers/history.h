// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/selector.h"
#include "harness/judge/history.h"
#include "harness/judge/triage.h"
#include "harness/store/history.h"
#include "harness/store/store.h"

namespace assay {

/// Which series: what is empty matches all.
struct HistoryQuery {
  std::optional<Selector> selector;
  std::vector<std::string> metrics;  ///< patterns of ids ("time.*"); empty: is_watched()
  std::string host;                  ///< a host class, its beginning, or a host's name
};

/// Metrics that are looked at without being named: one that stands for a call's time, and the exact counts
/// that gates judge.
bool is_watched(const std::string& metric_id);

/// `assay history` and `assay regressions`: points gathered from any number of sources, then judged. Sources
/// may overlap: of a run that stands in several, the copy with the most launches counts.
///
/// A point is the value of one metric of a case that is ok; unless metrics are named, of those that
/// is_watched(), and of an unverified case without samples (an imported one) of all that have a better side.
/// Times of emulated devices are none. A case that several subjects of one name measured in one run (the
/// sides of a comparison) is left out, and counted.
class History {
 public:
  explicit History(HistoryQuery query) : query_(std::move(query)) {}

  /// Adds runs and triage events of a database, but for a run that is being measured; newest runs first. What
  /// was added before is not read again. `go_on` is asked before each run: where it says no, the rest is left
  /// for another call, and \returns false.
  bool add(const Store& store, const std::function<bool()>& go_on = {});
  /// The same of these runs, from run_heads(store), for who has them already.
  bool add(const Store& store, const std::vector<RunHead>& heads, const std::function<bool()>& go_on);
  void add_events(const Store& store);  ///< the events alone
  /// Likewise of the database at `path`; one that cannot be read is told in broken().
  void add_events_of(const std::string& path);

  /// What a file could not be used for.
  struct Broken {
    std::string file;
    std::string message;
    std::string remedy;
  };
  /// A database, a file that `assay export --format assay` wrote, or a folder of such files (*.json, *.jsonl,
  /// *.db; not those in its folders). Of a file that is broken nothing is taken, and broken() names it.
  /// \throws Error{bad_input} where nothing has that name.
  void add_path(const std::string& path);
  const std::vector<Broken>& broken() const { return broken_; }

  std::size_t run_count() const;            ///< with at least one point
  std::size_t runs_without_commit() const;  ///< of these
  std::size_t ambiguous_count() const;      ///< cases left out, see above
  const std::vector<TriageEvent>& events() const { return events_; }

  std::vector<Series> series(const HistoryRules& rules = {}) const;  ///< all, by key
  /// The keys of all series, ascending: for who looks at one after the other. Points are kept small (about 50
  /// bytes each), a Series spells each of them out (about 400).
  std::vector<SeriesKey> keys() const;
  /// The series of that key; without points where there is none.
  Series series_of(const SeriesKey& key, const HistoryRules& rules = {}) const;

 private:
  struct KnownRun {
    std::string id;
    std::string host;
    std::string source;  ///< Store::path()
    std::int64_t started_utc_ms = 0;
    std::shared_ptr<const Commit> commit;
    std::int64_t launches = 0;
    std::size_t ambiguous = 0;
    std::size_t points = 0;
    bool whole = false;                                           ///< it was complete when it was read
    bool empty() const { return points == 0 && ambiguous == 0; }  ///< kept, so that it is not read again
  };
  /// A HistoryPoint in small: places in the lists below.
  struct Value {
    double value;
    double ci_low;  ///< NaN: none
    double ci_high;
    std::int64_t n;
    std::uint32_t run;
    std::uint32_t case_text;
    std::uint32_t definition;
    std::uint32_t environment;
  };
  struct Values {
    std::string unit;
    Better better = Better::neither;
    std::int64_t newest_utc_ms = 0;  ///< of whose result these are
    std::vector<Value> all;
  };

  void take(const Store& store, const Run& run, const std::vector<LaunchSummary>& launches,
            std::uint32_t number);
  std::uint32_t shared(Facts facts);
  std::uint32_t shared(const std::string& case_text);
  std::uint32_t number_of(const Run& run);
  Series series_of(const SeriesKey& key, const Values& values, const HistoryRules& rules) const;
  void add_file(const std::string& path, Store& exports);

  HistoryQuery query_;
  std::vector<KnownRun> runs_;
  std::map<std::string, std::uint32_t> run_numbers_;  ///< by id
  std::map<SeriesKey, Values> values_;
  std::vector<std::shared_ptr<const Facts>> facts_;  ///< each once: they are many points'
  std::map<Facts, std::uint32_t> fact_numbers_;
  std::vector<std::string> case_texts_;
  std::map<std::string, std::uint32_t> case_numbers_;
  std::vector<TriageEvent> events_;
  std::vector<Broken> broken_;
};

/// A regression of one of `series`, which must outlive it.
struct Regression {
  const Series* series = nullptr;
  const Change* change = nullptr;
  TriageState triage;
};

/// All of them, the largest first. `events` must outlive them.
std::vector<Regression> regressions(const std::vector<Series>& series, const std::vector<TriageEvent>& events,
                                    std::int64_t now_utc_ms);

}  // namespace assay

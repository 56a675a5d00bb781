// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/selector.h"
#include "harness/judge/history.h"
#include "harness/judge/triage.h"
#include "harness/store/store.h"

namespace assay {

/// Which series: what is empty matches all.
struct HistoryQuery {
  std::optional<Selector> selector;
  std::vector<std::string> metrics;  ///< patterns of ids ("time.*"); empty: those that are watched
  std::string host;                  ///< a host class id or its beginning, or a host's name
};

/// `assay history` and `assay regressions`: points gathered from any number of sources, then judged. Sources
/// may overlap: of a run that stands in several, the copy with the most launches counts.
class History {
 public:
  explicit History(HistoryQuery query);

  /// Adds the runs and triage events of a database. A run that is still measured is left out.
  void add(const Store& store);

  struct Broken {
    std::string file;
    std::string message;
    std::string remedy;
  };
  /// A database, a file that `assay export --format assay` wrote, or a folder of such files (*.json, *.jsonl,
  /// *.db; not the folders in it). A file that cannot be read whole adds nothing, and is told in broken().
  /// \throws Error{bad_input} where `path` itself is not there.
  void add_path(const std::string& path);
  const std::vector<Broken>& broken() const { return broken_; }

  /// Runs without any commit, and cases left out because several subjects of one name measured them in one
  /// run.
  std::size_t runs_without_commit() const;
  std::size_t ambiguous() const;
  std::size_t runs() const;

  std::vector<Series> series(const HistoryRules& rules = {}) const;  ///< by key
  const std::vector<TriageEvent>& events() const { return events_; }

 private:
  HistoryQuery query_;
  std::vector<Broken> broken_;
  std::vector<TriageEvent> events_;
};

/// Metrics that are looked at without being named: one that stands for time, and exact counts that gates
/// judge.
bool is_watched(const std::string& metric_id);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "harness/core/launch_rules.h"
#include "harness/store/maintenance.h"

namespace assay::store_detail {

/// Takes runs, launches and triage events from elsewhere into a store, by UUID: what is there already stays
/// as it is, also where another process brings the same run in at the same time. Order of calls: run, then
/// its launches, then the next run; at the end finish(). Until then a run taken in is "interrupted", whatever
/// it was elsewhere: here nothing runs it. What merge() and import_runs() share. \throws Error{bad_input} on
/// a launch that breaks LaunchRules.
class Absorber {
 public:
  explicit Absorber(Store& target);
  ~Absorber();
  Absorber(const Absorber&) = delete;
  Absorber& operator=(const Absorber&) = delete;

  void triage(const TriageEvent& event);  ///< in any order
  void run(const Run& run);
  /// Nothing is to be brought in: it is there, or another one in its place. What is there under the same id
  /// with other figures stays, and is a conflict. Counted, so ask once; reads no samples.
  bool settle(const Launch& launch);
  void launch(const Launch& launch);
  void finish();  ///< the last run has all its launches
  const MergeReport& report() const { return report_; }

 private:
  void look();  ///< at what the target has of the run

  Store& target_;
  Run run_;  ///< as it comes
  LaunchRules rules_;
  std::map<std::string, std::size_t> known_;  ///< launch ids, with what was measured as a hash
  std::set<LaunchKey> places_;                ///< taken
  std::optional<Run> ending_;                 ///< whose state is stored when its launches are
  MergeReport report_;
};

}  // namespace assay::store_detail

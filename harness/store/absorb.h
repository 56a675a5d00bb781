// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>

#include "harness/store/maintenance.h"

namespace assay::store_detail {

/// Takes runs and launches from elsewhere into a store, by UUID: what is there already stays as it is. Order
/// of calls: run, then its launches, then the next run; at the end finish(). Until then the run taken in is
/// "running", whatever it was elsewhere. What merge() and import_runs() share.
class Absorber {
 public:
  explicit Absorber(Store& target) : target_(target) {}

  void run(const Run& run);
  bool knows(const std::string& launch_id) const { return known_.contains(launch_id); }
  void launch(const Launch& launch);
  void finish();  ///< the last run has all its launches
  const MergeReport& report() const { return report_; }

 private:
  Store& target_;
  std::string run_id_;
  std::set<std::string> known_;  ///< launch ids
  std::set<LaunchKey> places_;   ///< taken
  std::optional<Run> ending_;    ///< whose state is stored when its launches are
  MergeReport report_;
};

}  // namespace assay::store_detail
